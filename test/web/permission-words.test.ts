import { expect, it } from 'vitest'
import { ownPermissions } from '../../src/permissions/permission.ts'
import { postPermissions } from '../../src/posts/permissions.ts'
import { permissionTexts } from '../../web/src/groups/permission-texts.ts'

it('the pages have words for every permission of Latchkey, in both languages', () => {
  const names = [...Object.keys(ownPermissions), ...postPermissions.map(({ name }) => name)].toSorted()
  expect(Object.keys(permissionTexts.en.words).toSorted()).toEqual(names)
  expect(Object.keys(permissionTexts.de.words).toSorted()).toEqual(names)
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { catalogue, mayDo, ownPermissions, PERMISSION_LIMIT, permissionFault } from './permission.ts'

describe('the name of a permission', () => {
  it.each([...Object.keys(ownPermissions), 'posts.add', 'blog.add_post', 'Blog.can-publish', 'billing.invoices.view'])(
    'may be %s',
    (name) => expect(permissionFault(name)).toBeUndefined(),
  )

  it.each(['', 'posts', '.add', 'posts.', '1posts.add', 'posts add', 'posts.ädd', 'posts.add\n', "posts.'--", 'a,b.c'])(
    'is not %j',
    (name) => expect(permissionFault(name)).toBe('invalid_permission'),
  )

  it('is no longer than a claim can hold', () => {
    expect(permissionFault(`a.${'b'.repeat(PERMISSION_LIMIT - 2)}`)).toBeUndefined()
    expect(permissionFault(`a.${'b'.repeat(PERMISSION_LIMIT - 1)}`)).toBe('invalid_permission')
  })

  it.each(['accounts.veiw', 'keys.delete', 'groups.add', 'accounts.toString'])(
    'is refused if it is in our namespace and not one of ours: %s',
    (name) => expect(permissionFault(name)).toBe('unknown_permission'),
  )
})

describe('what an account may do', () => {
  const held = new Set(['accounts.view'])
  const now = 1_700_000_000_000

  it.each([
    {
      who: 'somebody who was given it',
      isSuperuser: false,
      deactivatedAt: undefined,
      permission: 'accounts.view',
      may: true,
    },
    {
      who: 'somebody who was not',
      isSuperuser: false,
      deactivatedAt: undefined,
      permission: 'accounts.add',
      may: false,
    },
    { who: 'a superuser', isSuperuser: true, deactivatedAt: undefined, permission: 'accounts.add', may: true },
    { who: 'somebody inactive', isSuperuser: false, deactivatedAt: now, permission: 'accounts.view', may: false },
    { who: 'an inactive superuser', isSuperuser: true, deactivatedAt: now, permission: 'accounts.view', may: false },
  ])('$who: $permission is $may', ({ permission, may, ...account }) => {
    expect(mayDo(account, held, permission)).toBe(may)
  })
})

describe('the catalogue', () => {
  it('contains our own, the known and the granted permissions once each, by name', () => {
    const listed = catalogue([{ name: 'posts.add', description: 'Write' }], ['posts.add', 'accounts.view', 'zoo.feed'])
    expect(listed.map(({ name }) => name)).toEqual([...Object.keys(ownPermissions), 'posts.add', 'zoo.feed'].sort())
    expect(listed.find(({ name }) => name === 'posts.add')?.description).toBe('Write')
    expect(listed.find(({ name }) => name === 'accounts.view')?.description).not.toBe('')
    expect(listed.find(({ name }) => name === 'zoo.feed')?.description).toBe('')
  })
})

describe('docs/administration.md', () => {
  it('lists our own permissions with what they allow, and no others', () => {
    const manual = readFileSync(new URL('../../docs/administration.md', import.meta.url), 'utf8')
    const rows = manual.split('\n').filter((line) => /^\| `[a-z]+\.[a-z]+` \|/.test(line))
    expect(rows).toEqual(Object.entries(ownPermissions).map(([name, allows]) => `| \`${name}\` | ${allows} |`))
  })
})

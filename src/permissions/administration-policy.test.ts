import { describe, expect, it } from 'vitest'
import type { Account } from '../accounts/account.ts'
import { administersEverything, mayAdminister, type RightsHolder } from './administration-policy.ts'

function aHolder(facts: Partial<Account>, ...permissions: string[]): RightsHolder {
  const account: Account = {
    ...{ id: 1, uid: '1', isUidNumber: true },
    ...{ username: 'kim', email: '', phoneNumber: '', firstName: '', lastName: '', profile: {} },
    ...{ isStaff: false, isSuperuser: false, createdAt: 0, lastLoginAt: undefined, emailVerifiedAt: undefined },
    ...{
      deactivatedAt: undefined,
      sessionsVoidAt: undefined,
      sessionsEndedAt: undefined,

      credentialsVersion: 0,
      locale: undefined,
    },
    ...facts,
  }
  return { account, permissions: new Set(permissions) }
}

const superuser = aHolder({ isStaff: true, isSuperuser: true })
const staff = aHolder({ isStaff: true }, 'accounts.change', 'accounts.view')

describe('who may be administered', () => {
  it.each([
    ['a superuser', 'another superuser', superuser, superuser, true],
    ['a superuser', 'staff', superuser, staff, true],
    ['staff', 'a superuser', staff, superuser, false],
    ['staff', 'a superuser who is no staff', staff, aHolder({ isSuperuser: true }), false],
    ['staff', 'a superuser who is not active', staff, aHolder({ isSuperuser: true, deactivatedAt: 1 }), false],
    ['staff', 'anybody', staff, aHolder({}), true],
    ['staff', 'somebody with a permission that counts elsewhere', staff, aHolder({}, 'posts.add'), true],
    ['staff', 'staff who may do less', staff, aHolder({ isStaff: true }, 'accounts.view'), true],
    ['staff', 'staff who may do the same', staff, staff, true],
    ['staff', 'staff who may do more', staff, aHolder({ isStaff: true }, 'accounts.view', 'keys.change'), false],
  ])('by %s: %s', (_actor, _target, actor, target, may) => {
    expect(mayAdminister(actor, target)).toBe(may)
  })
})

describe('who can do everything', () => {
  it.each([
    [{ isStaff: true, isSuperuser: true }, true],
    [{ isStaff: false, isSuperuser: true }, false],
    [{ isStaff: true, isSuperuser: false }, false],
    [{ isStaff: true, isSuperuser: true, deactivatedAt: 1 }, false],
  ])('%j: %s', (facts, isInCharge) => {
    expect(administersEverything(aHolder(facts).account)).toBe(isInCharge)
  })
})

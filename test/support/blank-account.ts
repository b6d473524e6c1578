import type { NewAccount } from '../../src/accounts/account.ts'

/** Everything that a new account needs besides its username: nothing that anybody has typed, and no rights. */
export const blankAccount = {
  email: '',
  phoneNumber: '',
  firstName: '',
  lastName: '',
  isStaff: false,
  isSuperuser: false,
} satisfies Omit<NewAccount, 'username'>

import { ownPermissions, permissionFault } from '../../permissions/permission.ts'
import type { Choices } from './choices.ts'

/**
 * Whether a permission can be imported under its name. A name that Latchkey itself uses would give people rights in the
 * administration that they did not have, so somebody has to agree.
 */
export function takesPermission(name: string, { unfit_permission: choice }: Choices): boolean {
  if (permissionFault(name) === 'invalid_permission') return false
  return choice === 'keep' || !Object.hasOwn(ownPermissions, name)
}

import { isError, messageOf } from './is-error.ts'

/**
 * Why a file cannot be read, or cannot be written, and what to do: the rest of a sentence that begins with its path,
 * without the full stop.
 */
export function fileFault(error: unknown, use: 'read' | 'written' = 'read'): string {
  switch (isError(error) && 'code' in error ? error.code : undefined) {
    case 'ENOENT':
      return use === 'read'
        ? 'does not exist. Check the path'
        : 'is in a folder that does not exist. Create the folder, or choose another path'
    case 'ENOTDIR':
      return 'is below something that is not a folder. Check the path'
    case 'EISDIR':
      return 'is a folder. Name a file'
    case 'EACCES':
    case 'EPERM':
      return use === 'read'
        ? 'may not be read by this user. Change its permissions'
        : 'may not be written by this user. Change the permissions of its folder, or choose another path'
    case 'ENOSPC':
    case 'EDQUOT':
      return 'does not fit on the disk. Free some space'
    default:
      return `cannot be ${use}: ${messageOf(error)}`
  }
}

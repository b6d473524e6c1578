import { useCallback } from 'react'
import { useMe } from '../session/session-gate.tsx'

/** A permission, or `superuser` for what no permission allows. */
export type Needed = string

/**
 * Whether the signed-in account may do something. The pages use it to hide what would be refused; the server decides
 * with every request. `undefined` means that nothing is needed.
 */
export function useMay(): (needed: Needed | undefined) => boolean {
  const { is_superuser: isSuperuser, permissions } = useMe()
  return useCallback(
    (needed) => needed === undefined || isSuperuser || permissions.includes(needed),
    [isSuperuser, permissions],
  )
}

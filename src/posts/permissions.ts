import type { KnownPermission } from '../permissions/permission.ts'

/**
 * Permissions for posts that can be granted. The classic contract checks none of them: only authors change their posts.
 */
export const postPermissions: readonly KnownPermission[] = [
  { name: 'posts.view', description: 'See posts. A sample: read by services, not by Latchkey.' },
  { name: 'posts.add', description: 'Write posts. A sample: read by services, not by Latchkey.' },
  { name: 'posts.change', description: 'Change posts of others. A sample: read by services, not by Latchkey.' },
  { name: 'posts.delete', description: 'Delete posts of others. A sample: read by services, not by Latchkey.' },
]

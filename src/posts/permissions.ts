import type { KnownPermission } from '../permissions/permission.ts'

/** What could be granted about posts. The classic contract asks for none of it: an author changes their own, and nobody else's. */
export const postPermissions: readonly KnownPermission[] = [
  { name: 'posts.view', description: 'See posts. A sample: read by services, not by Latchkey.' },
  { name: 'posts.add', description: 'Write posts. A sample: read by services, not by Latchkey.' },
  { name: 'posts.change', description: 'Change posts of others. A sample: read by services, not by Latchkey.' },
  { name: 'posts.delete', description: 'Delete posts of others. A sample: read by services, not by Latchkey.' },
]

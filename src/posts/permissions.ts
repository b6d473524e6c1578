import type { KnownPermission } from '../permissions/permission.ts'

declare module '../permissions/permission.ts' {
  interface OptionalPermissions {
    'posts.view': true
    'posts.change': true
    'posts.delete': true
  }
}

/**
 * Permissions for posts, and what each allows in the administration. The classic contract checks none of them: there, only
 * authors change their posts.
 */
export const postPermissions: readonly KnownPermission[] = [
  { name: 'posts.view', description: 'View the posts of all accounts. A sample.' },
  { name: 'posts.add', description: 'Write posts. A sample: read by services, not by Latchkey.' },
  { name: 'posts.change', description: 'Change posts of others. A sample.' },
  { name: 'posts.delete', description: 'Delete posts of others. A sample.' },
]

import type { KnownPermission } from '../permissions/permission.ts'

declare module '../permissions/permission.ts' {
  interface OptionalPermissions {
    'posts.view': true
    'posts.change': true
    'posts.delete': true
  }
}

/**
 * Permissions for posts, and what each allows in the administration. The classic contract does not check them: there,
 * only authors change their posts.
 */
export const postPermissions: readonly KnownPermission[] = [
  { name: 'posts.view', description: 'View the posts of all accounts. A sample.' },
  { name: 'posts.add', description: 'Write posts. A sample: your services check this permission, Latchkey does not.' },
  { name: 'posts.change', description: 'Change posts of others. A sample.' },
  { name: 'posts.delete', description: 'Delete posts of others. A sample.' },
]

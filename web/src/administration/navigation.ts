import type { LinkProps } from '@tanstack/react-router'
import { site } from '../site/site.ts'
import type { AdminIconName } from './admin-icon.tsx'
import type { administrationTexts } from './administration-texts.ts'
import type { Needed } from './permissions.ts'

type Texts = (typeof administrationTexts)['en']

type NavigationEntry = {
  to: NonNullable<LinkProps['to']>
  icon: AdminIconName
  name: keyof Texts['nav']
  /** The permission that the page needs; absent: every administrator may open it. */
  needs?: Needed
}

const posts: NavigationEntry = { to: '/admin/posts/', icon: 'post', name: 'posts', needs: 'posts.view' }

/** The pages of the administration, in groups. Those that an account may not open are left out for it. */
export const navigation: { group: keyof Texts['navGroups'] | undefined; entries: NavigationEntry[] }[] = [
  { group: undefined, entries: [{ to: '/admin/', icon: 'overview', name: 'overview' }] },
  {
    group: 'people',
    entries: [
      { to: '/admin/users/', icon: 'user', name: 'users', needs: 'accounts.view' },
      { to: '/admin/groups/', icon: 'group', name: 'groups', needs: 'groups.view' },
    ],
  },
  {
    group: 'security',
    entries: [
      { to: '/admin/sessions/', icon: 'session', name: 'sessions', needs: 'sessions.view' },
      { to: '/admin/events/', icon: 'event', name: 'events', needs: 'events.view' },
      { to: '/admin/limits/', icon: 'limit', name: 'limits', needs: 'limits.view' },
      { to: '/admin/keys/', icon: 'key', name: 'keys', needs: 'keys.view' },
    ],
  },
  {
    group: 'delivery',
    entries: [
      { to: '/admin/mail/', icon: 'mail', name: 'mail', needs: 'outbox.view' },
      { to: '/admin/webhooks/', icon: 'webhook', name: 'webhooks', needs: 'webhooks.view' },
    ],
  },
  {
    group: 'server',
    entries: [{ to: '/admin/settings/', icon: 'setting', name: 'settings', needs: 'superuser' }],
  },
  ...(site.has_posts ? [{ group: 'sample' as const, entries: [posts] }] : []),
]

import type { LinkProps } from '@tanstack/react-router'
import type { AdminIconName } from './admin-icon.tsx'
import type { administrationTexts } from './administration-texts.ts'
import type { Needed } from './permissions.ts'

type Texts = (typeof administrationTexts)['en']

export type NavigationEntry = {
  to: NonNullable<LinkProps['to']>
  icon: AdminIconName
  name: keyof Texts['nav']
  /** What the page needs; absent: every administrator may open it. */
  needs?: Needed
}

/** The pages of the administration, in groups. Those that an account may not open are left out for it. */
export const navigation: { group: keyof Texts['navGroups'] | undefined; entries: NavigationEntry[] }[] = [
  { group: undefined, entries: [{ to: '/admin/', icon: 'overview', name: 'overview' }] },
  { group: 'people', entries: [{ to: '/admin/users/', icon: 'user', name: 'users', needs: 'accounts.view' }] },
]

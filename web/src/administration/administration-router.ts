import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { QueryProvider } from '../api/query-provider.tsx'
import { PageCrashed } from '../layout/page-crashed.tsx'
import { site } from '../site/site.ts'
import { AdministrationLayout } from './administration-layout.tsx'
import { NoSuchPage } from './no-such-page.tsx'
import type { Needed } from './permissions.ts'

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** What an account needs to open this page of the administration. The server checks every request anyway. */
    needs?: Needed
  }
}

/** The state of a list, as strings: its filters, its order, its page. */
const listSearch = (search: Record<string, unknown>): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(search).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))

const root = createRootRoute({ errorComponent: PageCrashed, notFoundComponent: NoSuchPage })
const administration = createRoute({
  getParentRoute: () => root,
  path: '/admin',
  component: AdministrationLayout,
  notFoundComponent: NoSuchPage,
})

const overview = createRoute({
  getParentRoute: () => administration,
  path: '/',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../overview/overview-page.tsx'), 'OverviewPage'),
})
const users = createRoute({
  getParentRoute: () => administration,
  path: '/users',
  staticData: { needs: 'accounts.view' },
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../users/users-page.tsx'), 'UsersPage'),
})

const newUser = createRoute({
  getParentRoute: () => administration,
  path: '/users/new',
  staticData: { needs: 'accounts.add' },
  component: lazyRouteComponent(() => import('../users/new-user-page.tsx'), 'NewUserPage'),
})
const deleteUser = createRoute({
  getParentRoute: () => administration,
  path: '/users/$id/delete',
  staticData: { needs: 'accounts.delete' },
  component: lazyRouteComponent(() => import('../users/delete-user-page.tsx'), 'DeleteUserPage'),
})
const user = createRoute({
  getParentRoute: () => administration,
  path: '/users/$id',
  staticData: { needs: 'accounts.view' },
  component: lazyRouteComponent(() => import('../users/user-layout.tsx'), 'UserLayout'),
})
const userProfile = createRoute({
  getParentRoute: () => user,
  path: '/',
  component: lazyRouteComponent(() => import('../users/profile-tab.tsx'), 'ProfileTab'),
})
const userSignIn = createRoute({
  getParentRoute: () => user,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('../users/sign-in-tab.tsx'), 'SignInTab'),
})
const userRights = createRoute({
  getParentRoute: () => user,
  path: '/rights',
  component: lazyRouteComponent(() => import('../users/rights-tab.tsx'), 'RightsTab'),
})
const userSessions = createRoute({
  getParentRoute: () => user,
  path: '/sessions',
  staticData: { needs: 'sessions.view' },
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../users/user-sessions-tab.tsx'), 'UserSessionsTab'),
})
const userEvents = createRoute({
  getParentRoute: () => user,
  path: '/events',
  staticData: { needs: 'events.view' },
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../users/user-events-tab.tsx'), 'UserEventsTab'),
})
const userMail = createRoute({
  getParentRoute: () => user,
  path: '/mail',
  staticData: { needs: 'outbox.view' },
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../users/user-mail-tab.tsx'), 'UserMailTab'),
})
const sessions = createRoute({
  getParentRoute: () => administration,
  path: '/sessions',
  staticData: { needs: 'sessions.view' },
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../sessions/sessions-page.tsx'), 'SessionsPage'),
})
const events = createRoute({
  getParentRoute: () => administration,
  path: '/events',
  staticData: { needs: 'events.view' },
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../events/events-page.tsx'), 'EventsPage'),
})
const session = createRoute({
  getParentRoute: () => administration,
  path: '/sessions/$id',
  staticData: { needs: 'sessions.view' },
  component: lazyRouteComponent(() => import('../sessions/session-page.tsx'), 'SessionPage'),
})
const event = createRoute({
  getParentRoute: () => administration,
  path: '/events/$id',
  staticData: { needs: 'events.view' },
  component: lazyRouteComponent(() => import('../events/event-page.tsx'), 'EventPage'),
})
const sentMail = createRoute({
  getParentRoute: () => administration,
  path: '/mail/$id',
  staticData: { needs: 'outbox.view' },
  component: lazyRouteComponent(() => import('../outbox/mail-page.tsx'), 'MailPage'),
})
const limits = createRoute({
  getParentRoute: () => administration,
  path: '/limits',
  staticData: { needs: 'limits.view' },
  component: lazyRouteComponent(() => import('../limits/limits-page.tsx'), 'LimitsPage'),
})
const keys = createRoute({
  getParentRoute: () => administration,
  path: '/keys',
  staticData: { needs: 'keys.view' },
  component: lazyRouteComponent(() => import('../keys/keys-page.tsx'), 'KeysPage'),
})
const key = createRoute({
  getParentRoute: () => administration,
  path: '/keys/$kid',
  staticData: { needs: 'keys.view' },
  component: lazyRouteComponent(() => import('../keys/key-page.tsx'), 'KeyPage'),
})
const outbox = createRoute({
  getParentRoute: () => administration,
  path: '/mail',
  staticData: { needs: 'outbox.view' },
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../outbox/outbox-page.tsx'), 'OutboxPage'),
})
const webhooks = createRoute({
  getParentRoute: () => administration,
  path: '/webhooks',
  staticData: { needs: 'webhooks.view' },
  component: lazyRouteComponent(() => import('../webhooks/webhooks-page.tsx'), 'WebhooksPage'),
})
const newWebhook = createRoute({
  getParentRoute: () => administration,
  path: '/webhooks/new',
  staticData: { needs: 'webhooks.change' },
  component: lazyRouteComponent(() => import('../webhooks/new-webhook-page.tsx'), 'NewWebhookPage'),
})
const webhook = createRoute({
  getParentRoute: () => administration,
  path: '/webhooks/$id',
  staticData: { needs: 'webhooks.view' },
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../webhooks/webhook-page.tsx'), 'WebhookPage'),
})
const settings = createRoute({
  getParentRoute: () => administration,
  path: '/settings',
  staticData: { needs: 'superuser' },
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../settings/settings-page.tsx'), 'SettingsPage'),
})
const posts = createRoute({
  getParentRoute: () => administration,
  path: '/posts',
  staticData: { needs: 'posts.view' },
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../posts/posts-page.tsx'), 'PostsPage'),
})
const post = createRoute({
  getParentRoute: () => administration,
  path: '/posts/$id',
  staticData: { needs: 'posts.view' },
  component: lazyRouteComponent(() => import('../posts/post-page.tsx'), 'PostPage'),
})

const groups = createRoute({
  getParentRoute: () => administration,
  path: '/groups',
  staticData: { needs: 'groups.view' },
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../groups/groups-page.tsx'), 'GroupsPage'),
})
const newGroup = createRoute({
  getParentRoute: () => administration,
  path: '/groups/new',
  staticData: { needs: 'superuser' },
  component: lazyRouteComponent(() => import('../groups/new-group-page.tsx'), 'NewGroupPage'),
})
const group = createRoute({
  getParentRoute: () => administration,
  path: '/groups/$id',
  staticData: { needs: 'groups.view' },
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../groups/group-page.tsx'), 'GroupPage'),
})

const tree = root.addChildren([
  administration.addChildren([
    overview,
    users,
    newUser,
    deleteUser,
    user.addChildren([userProfile, userSignIn, userRights, userSessions, userEvents, userMail]),
    sessions,
    session,
    events,
    event,
    limits,
    keys,
    key,
    outbox,
    sentMail,
    webhooks,
    newWebhook,
    webhook,
    settings,
    posts,
    post,
    groups,
    newGroup,
    group,
  ]),
])

/** The pages below `/admin/`. */
export const administrationRouter = createRouter({
  Wrap: QueryProvider,
  routeTree: tree,
  basepath: site.base_path || '/',
  trailingSlash: 'always',
  scrollRestoration: true,
  defaultPreload: 'intent',
  // Every value in an address is a string, exactly as it was typed.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const texts = Object.entries(search).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    return texts.length === 0 ? '' : `?${new URLSearchParams(texts)}`
  },
})

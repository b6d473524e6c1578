import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { PageCrashed } from './layout/page-crashed.tsx'
import { site } from './site/site.ts'

/** A string from the address, or nothing: anything else there is ignored. */
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

const withNext = (search: Record<string, unknown>): { next?: string | undefined; reason?: string | undefined } => ({
  next: textOf(search.next),
  reason: textOf(search.reason),
})
const withToken = (search: Record<string, unknown>): { token?: string | undefined } => ({ token: textOf(search.token) })

const root = createRootRoute({
  notFoundComponent: lazyRouteComponent(() => import('./layout/page-not-found.tsx'), 'PageNotFound'),
  errorComponent: PageCrashed,
})

/** The pages that fetch their data from the server. */
const asking = createRoute({
  getParentRoute: () => root,
  id: 'asking',
  component: lazyRouteComponent(() => import('./api/query-provider.tsx'), 'PagesWithQueries'),
})

const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./developer/start-page.tsx'), 'StartPage'),
})

const mailbox = createRoute({
  getParentRoute: () => asking,
  path: '/dev/mailbox',
  component: lazyRouteComponent(() => import('./developer/mailbox-page.tsx'), 'MailboxPage'),
})
const manual = createRoute({
  getParentRoute: () => asking,
  path: '/dev/manual/$',
  component: lazyRouteComponent(() => import('./developer/manual-page.tsx'), 'ManualPage'),
})

const reference = createRoute({
  getParentRoute: () => asking,
  path: '/docs/$',
  component: lazyRouteComponent(() => import('./reference/reference-page.tsx'), 'ReferencePage'),
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: withNext,
  component: lazyRouteComponent(() => import('./sign-in/sign-in-page.tsx'), 'SignInPage'),
})
const signUp = createRoute({
  getParentRoute: () => root,
  path: '/sign-up',
  validateSearch: withNext,
  component: lazyRouteComponent(() => import('./sign-up/sign-up-page.tsx'), 'SignUpPage'),
})
const signedOut = createRoute({
  getParentRoute: () => root,
  path: '/signed-out',
  validateSearch: withNext,
  component: lazyRouteComponent(() => import('./sign-in/signed-out-page.tsx'), 'SignedOutPage'),
})
const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: '/forgot-password',
  component: lazyRouteComponent(() => import('./mailed-links/forgot-password-page.tsx'), 'ForgotPasswordPage'),
})
const confirmEmail = createRoute({
  getParentRoute: () => root,
  path: '/confirm-email',
  component: lazyRouteComponent(() => import('./mailed-links/confirm-email-page.tsx'), 'ConfirmEmailPage'),
})
const firstAdministrator = createRoute({
  getParentRoute: () => root,
  path: '/first-administrator',
  validateSearch: withToken,
  component: lazyRouteComponent(
    () => import('./first-administrator/first-administrator-page.tsx'),
    'FirstAdministratorPage',
  ),
})

// Links in emails lead to these four. People keep emails for a long time, so the paths must not change.
const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/account/reset-password',
  validateSearch: withToken,
  component: lazyRouteComponent(() => import('./mailed-links/reset-password-page.tsx'), 'ResetPasswordPage'),
})
const verifyEmail = createRoute({
  getParentRoute: () => root,
  path: '/account/verify-email',
  validateSearch: withToken,
  component: lazyRouteComponent(() => import('./mailed-links/verify-email-page.tsx'), 'VerifyEmailPage'),
})
const changeEmail = createRoute({
  getParentRoute: () => root,
  path: '/account/confirm-email-change',
  validateSearch: withToken,
  component: lazyRouteComponent(() => import('./mailed-links/change-email-page.tsx'), 'ChangeEmailPage'),
})
const acceptInvitation = createRoute({
  getParentRoute: () => root,
  path: '/account/accept-invitation',
  validateSearch: withToken,
  component: lazyRouteComponent(() => import('./mailed-links/accept-invitation-page.tsx'), 'AcceptInvitationPage'),
})

const account = createRoute({
  getParentRoute: () => asking,
  path: '/account',
  component: lazyRouteComponent(() => import('./account/account-layout.tsx'), 'AccountLayout'),
})
const profile = createRoute({
  getParentRoute: () => account,
  path: '/',
  component: lazyRouteComponent(() => import('./account/profile-page.tsx'), 'ProfilePage'),
})
const security = createRoute({
  getParentRoute: () => account,
  path: '/security',
  component: lazyRouteComponent(() => import('./account/security-page.tsx'), 'SecurityPage'),
})
const sessions = createRoute({
  getParentRoute: () => account,
  path: '/sessions',
  component: lazyRouteComponent(() => import('./account/sessions-page.tsx'), 'SessionsPage'),
})
const activity = createRoute({
  getParentRoute: () => account,
  path: '/activity',
  component: lazyRouteComponent(() => import('./account/activity-page.tsx'), 'ActivityPage'),
})
const data = createRoute({
  getParentRoute: () => account,
  path: '/data',
  component: lazyRouteComponent(() => import('./account/data-page.tsx'), 'DataPage'),
})

const tree = root.addChildren([
  start,
  signIn,
  signUp,
  signedOut,
  forgotPassword,
  confirmEmail,
  firstAdministrator,
  resetPassword,
  verifyEmail,
  changeEmail,
  acceptInvitation,
  asking.addChildren([mailbox, manual, reference, account.addChildren([profile, security, sessions, activity, data])]),
])

export const router = createRouter({
  routeTree: tree,
  basepath: site.base_path || '/',
  trailingSlash: 'always',
  scrollRestoration: true,
  defaultPreload: 'intent',
})

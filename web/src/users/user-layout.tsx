import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useMatchRoute, useParams } from '@tanstack/react-router'
import { Page } from '../administration/page.tsx'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { ViewOnly } from '../administration/view-only.tsx'
import { Failed, Loading } from '../layout/states.tsx'
import { Avatar } from '../look/avatar.tsx'
import { Notice } from '../look/notice.tsx'
import { showCurrent } from '../look/show-current.ts'
import scrolling from '../look/tabs.module.css'
import { Tag } from '../look/tag.tsx'
import { displayName } from '../session/session.ts'
import { useMe } from '../session/session-gate.tsx'
import { addressOf } from '../site/address.ts'
import { useTexts } from '../texts/texts.tsx'
import { UserProvider, useMayReach, userQuery } from './user.ts'
import { UserActions } from './user-actions.tsx'
import { RoleTag } from './user-columns.tsx'
import classes from './user-layout.module.css'
import { userTexts } from './user-texts.ts'

/** The pages about a user, what an account needs to open each, and what it needs to change what is on it. */
const tabs = [
  { to: '/admin/users/$id/', name: 'profile', needs: undefined, changing: 'accounts.change' },
  { to: '/admin/users/$id/sign-in/', name: 'signIn', needs: undefined, changing: 'accounts.change' },
  { to: '/admin/users/$id/rights/', name: 'rights', needs: undefined, changing: 'superuser' },
  { to: '/admin/users/$id/sessions/', name: 'sessions', needs: 'sessions.view', changing: 'sessions.delete' },
  { to: '/admin/users/$id/events/', name: 'events', needs: 'events.view', changing: undefined },
  { to: '/admin/users/$id/mail/', name: 'mail', needs: 'outbox.view', changing: 'outbox.change' },
] as const

/** Everything about one user: who they are, the actions, and a page for each subject. */
export function UserLayout() {
  const texts = useTexts(userTexts)
  const may = useMay()
  const me = useMe()
  const mayReach = useMayReach()
  const isAt = useMatchRoute()
  const { id = '' } = useParams({ strict: false })
  const loaded = useQuery(userQuery(id))
  const back = { to: '/admin/users/', name: texts.back } as const

  if (loaded.data === undefined) {
    return (
      <Page
        title={loaded.isError ? `#${id}` : '…'}
        picture={loaded.isError ? undefined : <Skeleton circle height="3.25rem" />}
        lead={loaded.isError ? undefined : '…'}
        back={back}
        key="waiting"
      >
        {!loaded.isError && <UserTabs id={id} />}
        <Panel>
          {loaded.isError ? <Failed error={loaded.error} retry={() => void loaded.refetch()} /> : <Loading lines={6} />}
        </Panel>
      </Page>
    )
  }
  const user = loaded.data
  const name = displayName(user)
  return (
    <UserProvider value={user}>
      <Page
        key="user"
        title={name}
        picture={<Avatar name={name} size="large" />}
        back={back}
        beside={
          <>
            <RoleTag user={user} />
            {!user.is_active && <Tag kind="bad">{texts.inactive}</Tag>}
            {user.id === me.id && <Tag kind="good">{texts.you}</Tag>}
          </>
        }
        lead={[name === user.username ? '' : user.username, user.email].filter(Boolean).join(' · ')}
        actions={<UserActions user={user} />}
      >
        {['accounts.change', 'accounts.delete', 'sessions.delete'].some(may) && !mayReach(user) && (
          <div className={classes.notice}>
            <Notice kind="info">{texts.outOfReach}</Notice>
          </div>
        )}
        {user.id === me.id && (
          <div className={classes.notice}>
            <Notice kind="info">
              {texts.ownAccount} <a href={addressOf('/account/')}>{texts.toAccount}</a>
            </Notice>
          </div>
        )}
        <UserTabs id={id} />
        <ViewOnly needs={tabs.find(({ to }) => isAt({ to, params: { id } }))?.changing} />
        <Outlet />
      </Page>
    </UserProvider>
  )
}

/** A page for each subject that the administrator may see. */
function UserTabs({ id }: { id: string }) {
  const texts = useTexts(userTexts)
  const may = useMay()
  return (
    <nav aria-label={texts.tabsLabel} className={classes.tabs}>
      <ul ref={showCurrent} className={scrolling.scroll}>
        {tabs
          .filter(({ needs }) => may(needs))
          .map(({ to, name: tab }) => (
            <li key={to}>
              <Link to={to} params={{ id }} activeOptions={{ exact: true, includeSearch: false }} resetScroll={false}>
                {texts.tabs[tab]}
              </Link>
            </li>
          ))}
      </ul>
    </nav>
  )
}

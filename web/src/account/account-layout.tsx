import { Button, Container, Title } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useRouter } from '@tanstack/react-router'
import { Brand } from '../layout/brand.tsx'
import { useHeadingFocus } from '../layout/heading-focus.ts'
import { layoutTexts } from '../layout/layout-texts.ts'
import { PageFooter } from '../layout/page-footer.tsx'
import { Loading } from '../layout/states.tsx'
import { Avatar } from '../look/avatar.tsx'
import { clsx } from '../look/clsx.ts'
import { MoreIcon, type MoreIconName } from '../look/more-icon.tsx'
import { showCurrent } from '../look/show-current.ts'
import tabs from '../look/tabs.module.css'
import { displayName, signOut } from '../session/session.ts'
import { SessionGate, useMe } from '../session/session-gate.tsx'
import { StepUpDialog } from '../session/step-up-dialog.tsx'
import { addressOf } from '../site/address.ts'
import { useTexts } from '../texts/texts.tsx'
import classes from './account-layout.module.css'
import { accountTexts } from './account-texts.ts'
import { UnconfirmedAddress } from './unconfirmed-address.tsx'

const pages = [
  ['/account/', 'user', 'profile'],
  ['/account/security/', 'lock', 'security'],
  ['/account/sessions/', 'devices', 'sessions'],
  ['/account/activity/', 'history', 'activity'],
  ['/account/data/', 'download', 'data'],
] as const satisfies [string, MoreIconName, string][]

/** The frame of the account pages: who is signed in, the pages, and how to sign out. */
export function AccountLayout() {
  return (
    <SessionGate waiting={<Waiting />}>
      <Frame />
      <StepUpDialog />
    </SessionGate>
  )
}

function Waiting() {
  return (
    <Container size="sm" w="100%" py={96}>
      <Loading lines={6} />
    </Container>
  )
}

function Frame() {
  const texts = useTexts(accountTexts)
  const shared = useTexts(layoutTexts)
  const me = useMe()
  const name = displayName(me)
  return (
    <>
      <a href="#content" className={classes.skip}>
        {shared.skip}
      </a>
      <header className={classes.header}>
        <div className={classes.bar}>
          <Brand />
          <div className={classes.who}>
            {me.is_staff && (
              <Button component="a" href={addressOf('/admin/')} variant="subtle" color="gray" size="sm">
                {texts.admin}
              </Button>
            )}
            <SignOutButton isTight={me.is_staff} />
          </div>
        </div>
      </header>
      <div className={classes.columns}>
        <aside className={classes.side}>
          <div className={classes.person}>
            <Avatar name={name} size="medium" />
            <span className={classes.names}>
              <span className={classes.name}>{name}</span>
              <span className={classes.detail}>{me.email || me.username}</span>
            </span>
          </div>
          <nav aria-label={texts.navLabel} className={classes.nav}>
            <ul ref={showCurrent} className={tabs.scroll}>
              {pages.map(([to, icon, page]) => (
                <li key={to}>
                  <Link to={to} className={classes.link} activeOptions={{ exact: true }}>
                    <MoreIcon name={icon} size={18} />
                    {texts.nav[page]}
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
        </aside>
        <main id="content" tabIndex={-1} className={classes.main}>
          {me.email !== '' && !me.email_verified && <UnconfirmedAddress email={me.email} />}
          <Outlet />
        </main>
      </div>
      <div className={classes.foot}>
        <PageFooter />
      </div>
    </>
  )
}

/** @param isTight on phones, which have no room for the name: only screen readers get it */
function SignOutButton({ isTight }: { isTight: boolean }) {
  const texts = useTexts(accountTexts)
  const router = useRouter()
  const queries = useQueryClient()
  async function leave(): Promise<void> {
    await signOut(queries)
    await router.navigate({ to: '/signed-out/', search: { reason: 'logout' } })
  }
  return (
    <Button
      variant="subtle"
      color="gray"
      size="sm"
      leftSection={<MoreIcon name="signOut" size={18} />}
      onClick={() => void leave()}
    >
      <span className={clsx(isTight && classes.signOut)}>{texts.signOut}</span>
    </Button>
  )
}

/** The heading of an account page. */
export function PageHeading({ title, lead }: { title: string; lead?: string }) {
  const heading = useHeadingFocus(title)
  return (
    <div className={classes.heading}>
      <Title order={1} ref={heading} tabIndex={-1}>
        {title}
      </Title>
      {lead && <p className={classes.lead}>{lead}</p>}
    </div>
  )
}

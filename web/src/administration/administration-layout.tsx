import { ActionIcon, Drawer, Menu, UnstyledButton } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useLocation, useMatches } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Brand } from '../layout/brand.tsx'
import { layoutTexts } from '../layout/layout-texts.ts'
import { PageFooter } from '../layout/page-footer.tsx'
import { Loading } from '../layout/states.tsx'
import { Avatar } from '../look/avatar.tsx'
import { displayName, signOut } from '../session/session.ts'
import { SessionGate, useMe } from '../session/session-gate.tsx'
import { StepUpDialog } from '../session/step-up-dialog.tsx'
import { addressOf } from '../site/address.ts'
import { useTexts } from '../texts/texts.tsx'
import { AdminIcon } from './admin-icon.tsx'
import classes from './administration-layout.module.css'
import { administrationTexts } from './administration-texts.ts'
import { Forbidden } from './forbidden.tsx'
import { navigation } from './navigation.ts'
import { Notifications } from './notifications.tsx'
import { useMay } from './permissions.ts'
import { FindButton, FindField, useQuickFind } from './quick-find.tsx'

/** The frame of the administration: who is signed in, the pages they may open, and how to sign out. */
export function AdministrationLayout() {
  return (
    <SessionGate
      waiting={
        <div className={classes.waiting}>
          <Loading lines={6} />
        </div>
      }
    >
      <Frame />
      <StepUpDialog />
    </SessionGate>
  )
}

function Frame() {
  const texts = useTexts(administrationTexts)
  const shared = useTexts(layoutTexts)
  const [isOpen, setIsOpen] = useState(false)
  const { pathname } = useLocation()
  const find = useQuickFind()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes the menu
  useEffect(() => setIsOpen(false), [pathname])
  return (
    <div className={classes.frame}>
      <a href="#content" className={classes.skip}>
        {shared.skip}
      </a>
      <aside className={classes.side}>
        <div className={classes.sideContent}>
          <div className={classes.brand}>
            <Brand />
          </div>
          <FindField open={find.open} />
          <Navigation />
          <Person />
        </div>
      </aside>
      <header className={classes.bar}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={texts.openMenu}
          aria-expanded={isOpen}
          onClick={() => setIsOpen(true)}
        >
          <AdminIcon name="menu" size={22} />
        </ActionIcon>
        <Brand />
        <FindButton open={find.open} />
      </header>
      <Drawer
        opened={isOpen}
        onClose={() => setIsOpen(false)}
        size="17rem"
        title={<Brand />}
        closeButtonProps={{ 'aria-label': texts.closeMenu }}
        classNames={{ body: classes.drawer ?? '', content: classes.drawerContent ?? '' }}
      >
        <Navigation />
        <Person />
      </Drawer>
      <div className={classes.page}>
        <main id="content" tabIndex={-1} className={classes.main}>
          <Admitted />
        </main>
        <PageFooter />
      </div>
      <Notifications />
      {find.dialog}
    </div>
  )
}

/** The page, if the account may open it. */
function Admitted() {
  const may = useMay()
  const needs = useMatches().findLast(({ staticData }) => staticData.needs !== undefined)?.staticData.needs
  return may(needs) ? <Outlet /> : <Forbidden needs={needs ?? ''} />
}

function Navigation() {
  const texts = useTexts(administrationTexts)
  const may = useMay()
  return (
    <nav aria-label={texts.navLabel} className={classes.nav}>
      {navigation.map(({ group, entries }) => {
        const open = entries.filter(({ needs }) => may(needs))
        if (open.length === 0) return null
        return (
          <div key={group ?? ''} className={classes.group}>
            {group && <p className={classes.groupName}>{texts.navGroups[group]}</p>}
            <ul className={classes.list}>
              {open.map(({ to, icon, name }) => (
                <li key={to}>
                  <Link
                    to={to}
                    className={classes.link}
                    activeOptions={{ exact: to === '/admin/', includeSearch: false }}
                  >
                    <AdminIcon name={icon} />
                    {texts.nav[name]}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        )
      })}
    </nav>
  )
}

/** Who is signed in, and how to sign out or leave. */
function Person() {
  const texts = useTexts(administrationTexts)
  const queries = useQueryClient()
  const me = useMe()
  const name = displayName(me)
  async function leave(): Promise<void> {
    await signOut(queries)
    location.assign(`${addressOf('/signed-out/')}?reason=logout`)
  }
  return (
    <Menu position="top-start" width="target" shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes.person}>
          <Avatar name={name} />
          <span className={classes.names}>
            <span className={classes.name}>{name}</span>
            <span className={classes.detail}>{me.is_superuser ? texts.superuser : texts.staff}</span>
          </span>
          <AdminIcon name="upDown" size={16} className={classes.detail} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={addressOf('/account/')} leftSection={<AdminIcon name="user" />}>
          {texts.account}
        </Menu.Item>
        <Menu.Item leftSection={<AdminIcon name="signOut" />} onClick={() => void leave()}>
          {texts.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

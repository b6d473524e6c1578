import { Button, Menu } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { act } from '../administration/act.ts'
import { AdminIcon } from '../administration/admin-icon.tsx'
import { notify } from '../administration/notifications.tsx'
import { useMay } from '../administration/permissions.ts'
import { useAddressDialog } from '../dialogs/address-dialog.ts'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { displayName } from '../session/session.ts'
import { useMe } from '../session/session-gate.tsx'
import { useTexts } from '../texts/texts.tsx'
import { type User, useMayReach, userQuery } from './user.ts'
import { userTexts } from './user-texts.ts'

type Question = 'activate' | 'deactivate' | 'end-sessions'

/** The actions on a whole user. Administrators who may use none of them see nothing. */
export function UserActions({ user }: { user: User }) {
  const texts = useTexts(userTexts)
  const may = useMay()
  const mayReach = useMayReach()
  const me = useMe()
  const navigate = useNavigate()
  const mayChange = may('accounts.change')
  const mayEnd = may('sessions.delete')
  const mayDelete = may('accounts.delete')
  const question = useAddressDialog<Question>([
    ...(mayChange ? [user.is_active ? ('deactivate' as const) : ('activate' as const)] : []),
    ...(mayEnd ? ['end-sessions' as const] : []),
  ])
  if (user.id === me.id || !mayReach(user)) return null
  if (!mayChange && !mayEnd && !mayDelete) return null
  return (
    <>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <Button size="sm" variant="default" rightSection={<AdminIcon name="down" size={16} />}>
            {texts.actions}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {mayChange && (
            <Menu.Item
              leftSection={<AdminIcon name={user.is_active ? 'close' : 'check'} />}
              onClick={() => question.open(user.is_active ? 'deactivate' : 'activate')}
            >
              {user.is_active ? texts.deactivate : texts.activate}
            </Menu.Item>
          )}
          {mayEnd && (
            <Menu.Item leftSection={<AdminIcon name="session" />} onClick={() => question.open('end-sessions')}>
              {texts.endSessions}
            </Menu.Item>
          )}
          {mayDelete && (
            <>
              <Menu.Divider />
              <Menu.Item
                color="red"
                leftSection={<AdminIcon name="trash" />}
                onClick={() => void navigate({ to: '/admin/users/$id/delete/', params: { id: String(user.id) } })}
              >
                {texts.delete} …
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {question.shown !== undefined && <Asked question={question.shown} user={user} close={question.close} />}
    </>
  )
}

function Asked({ question, user, close }: { question: Question; user: User; close(): void }) {
  const texts = useTexts(userTexts)
  const queries = useQueryClient()
  const name = displayName(user)
  const params = { id: user.id }
  const reload = () => queries.invalidateQueries({ queryKey: ['users'] })

  async function activate(): Promise<void> {
    const changed = await act('POST /admin/users/:id/activate', { params })
    queries.setQueryData(userQuery(String(user.id)).queryKey, changed)
    await reload()
  }

  if (question === 'end-sessions') {
    return (
      <ConfirmDialog
        title={texts.endSessionsTitle(name)}
        lead={texts.endSessionsLead}
        action={texts.endSessions}
        close={close}
        send={() => act('DELETE /admin/sessions', { query: { account_id: user.id } })}
        done={({ ended }) => {
          notify(texts.sessionsEnded(ended))
          return reload()
        }}
      />
    )
  }
  if (question === 'deactivate') {
    return (
      <ConfirmDialog
        title={texts.deactivateTitle(name)}
        lead={texts.deactivateLead}
        action={texts.deactivate}
        isDangerous
        close={close}
        send={() => act('POST /admin/users/:id/deactivate', { params })}
        done={(changed) => {
          queries.setQueryData(userQuery(String(user.id)).queryKey, changed)
          notify(texts.deactivated(name), activate)
          return reload()
        }}
      />
    )
  }
  return (
    <ConfirmDialog
      title={`${texts.activate}: ${name}`}
      lead={texts.activated(name)}
      action={texts.activate}
      close={close}
      send={activate}
      done={() => notify(texts.activated(name))}
    />
  )
}

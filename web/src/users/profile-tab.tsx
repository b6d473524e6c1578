import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { act } from '../administration/act.ts'
import { notify } from '../administration/notifications.tsx'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { Form } from '../forms/form.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import { CopyText } from '../look/copy-text.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { bodyOf, draftOfUser } from './profile-draft.ts'
import { ProfileFacts } from './profile-facts.tsx'
import { ProfileFormFields } from './profile-form-fields.tsx'
import { RecentEvents } from './recent-events.tsx'
import { type User, useMayReach, userQuery, useUser } from './user.ts'
import classes from './user-layout.module.css'
import { userTexts } from './user-texts.ts'

/** Names, address and profile fields of a user. */
export function ProfileTab() {
  const user = useUser()
  const texts = useTexts(userTexts).profile
  const mayChange = useMay()('accounts.change')
  const mayReach = useMayReach()
  return (
    <div className={classes.columns}>
      {mayChange && mayReach(user) ? (
        <ProfilePanel key={user.id} user={user} />
      ) : (
        <Panel title={texts.title}>
          <ProfileFacts user={user} />
        </Panel>
      )}
      <div>
        <AboutAccount user={user} />
        <RecentEvents user={user} />
      </div>
    </div>
  )
}

function ProfilePanel({ user }: { user: User }) {
  const texts = useTexts(userTexts).profile
  const queries = useQueryClient()
  const navigate = useNavigate()
  const may = useMay()
  const [draft, setDraft] = useState(() => draftOfUser(user))
  const [isSaved, setIsSaved] = useState(false)

  const submission = useSubmission({
    check: () => missing({ username: draft.username }),
    send: () => {
      setIsSaved(false)
      return act('PATCH /admin/users/:id', { params: { id: user.id }, body: bodyOf(draft, draftOfUser(user)) })
    },
    done: async (changed, pressed) => {
      queries.setQueryData(userQuery(String(user.id)).queryKey, changed)
      setDraft(draftOfUser(changed))
      void queries.invalidateQueries({ queryKey: ['users'], predicate: ({ queryKey }) => queryKey[1] !== 'one' })
      if (pressed === 'another') {
        notify(texts.saved)
        await navigate({ to: '/admin/users/new/' })
      } else {
        setIsSaved(true)
      }
    },
  })
  return (
    <Panel title={texts.title}>
      <Form
        submission={submission}
        action={texts.save}
        said={isSaved && texts.saved}
        beside={
          may('accounts.add') && (
            <Button type="submit" value="another" variant="default">
              {texts.saveAndAdd}
            </Button>
          )
        }
      >
        <ProfileFormFields
          draft={draft}
          change={(part, field) => {
            setDraft((all) => ({ ...all, ...part }))
            setIsSaved(false)
            submission.changed(field)
          }}
          faultsOf={submission.faultsOf}
        />
      </Form>
    </Panel>
  )
}

function AboutAccount({ user }: { user: User }) {
  const texts = useTexts(userTexts).facts
  return (
    <Panel title={texts.title}>
      <dl className={classes.facts}>
        <div>
          <dt>{texts.id}</dt>
          <dd>
            <CopyText text={String(user.id)} label={texts.id} />
          </dd>
        </div>
        <div>
          <dt>{texts.uid}</dt>
          <dd>
            <CopyText text={user.uid} label={texts.uid} />
          </dd>
        </div>
        <div>
          <dt>{texts.created}</dt>
          <dd>
            <Moment at={user.created_at} />
          </dd>
        </div>
        <div>
          <dt>{texts.lastLogin}</dt>
          <dd>{user.last_login_at === null ? texts.never : <Moment at={user.last_login_at} />}</dd>
        </div>
      </dl>
    </Panel>
  )
}

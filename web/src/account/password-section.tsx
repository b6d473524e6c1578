import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ask } from '../api/api.ts'
import { useFaultWords } from '../forms/fault-words.ts'
import { Form } from '../forms/form.tsx'
import { NewPasswordField } from '../forms/new-password-field.tsx'
import { PasswordField } from '../forms/password-field.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import { TextLink } from '../look/links.tsx'
import { useMe } from '../session/session-gate.tsx'
import { whenRecent } from '../session/step-up.ts'
import { site } from '../site/site.ts'
import { useTexts } from '../texts/texts.tsx'
import { Section } from './section.tsx'
import { securityTexts } from './security-texts.ts'

/** Changes the password, with the current one as proof. */
export function PasswordSection() {
  const texts = useTexts(securityTexts).password
  const words = useFaultWords()
  const me = useMe()
  const queries = useQueryClient()
  const [current, setCurrent] = useState('')
  const [fresh, setFresh] = useState('')
  const [isChanged, setIsChanged] = useState(false)
  const submission = useSubmission({
    check: () => missing({ old_password: current, new_password: fresh }),
    send: () => {
      setIsChanged(false)
      const body = { old_password: current, new_password: fresh }
      return whenRecent(() => ask('POST /me/password', { body }))
    },
    done: async () => {
      setCurrent('')
      setFresh('')
      setIsChanged(true)
      await queries.invalidateQueries()
    },
  })
  return (
    <Section title={texts.title} lead={texts.lead}>
      <Form submission={submission} action={texts.change} said={isChanged && texts.changed}>
        <input type="text" name="username" autoComplete="username" value={me.username} readOnly hidden />
        <PasswordField
          label={texts.current}
          name="old-password"
          value={current}
          onChange={(text) => {
            setCurrent(text)
            submission.changed('old_password')
          }}
          autoComplete="current-password"
          error={words(submission.faultsOf('old_password'))}
        />
        {site.sends_mail && me.email !== '' && (
          <TextLink
            to="/forgot-password/"
            state={{ identifier: me.email }}
            size="sm"
            style={{ alignSelf: 'flex-start' }}
          >
            {texts.forgotten}
          </TextLink>
        )}
        <NewPasswordField
          label={texts.fresh}
          value={fresh}
          change={setFresh}
          submission={submission}
          field="new_password"
          owner={me}
        />
      </Form>
    </Section>
  )
}

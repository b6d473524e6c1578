import { useEffect, useState } from 'react'
import { ask } from '../api/api.ts'
import type { FieldFault } from '../api/problem.ts'
import { clsx } from '../look/clsx.ts'
import { Icon, type IconName } from '../look/icon.tsx'
import { site } from '../site/site.ts'
import { useTexts } from '../texts/texts.tsx'
import { useFaultWords } from './fault-words.ts'
import { formTexts } from './form-texts.ts'
import classes from './new-password-field.module.css'
import { PasswordField } from './password-field.tsx'
import type { Submission } from './submission.ts'

/** The owner's data in the account: a new password must not be similar to it. */
type PasswordOwner = { username?: string; email?: string; first_name?: string; last_name?: string }

type Verdict = { password: string; faults: readonly FieldFault[] }

type Standing = 'met' | 'unmet' | 'open' | 'checking'

const icons: Record<Standing, IconName> = { met: 'tick', unmet: 'cross', open: 'dot', checking: 'dot' }

/** After a pause of this length, typing counts as finished, in milliseconds. */
const PAUSE_MS = 350

type Props = {
  label: string
  value: string
  change(value: string): void
  /** The form that the field is in. */
  submission: Submission
  /** Its name in the API. */
  field?: 'password' | 'new_password'
  owner?: PasswordOwner
}

/** A new password, with the server's rules below it and whether they are met, as it is typed. */
export function NewPasswordField({ label, value, change, submission, field = 'password', owner = {} }: Props) {
  const texts = useTexts(formTexts)
  const words = useFaultWords()
  const verdict = useVerdict(value, owner)
  const told = verdict?.password === value ? verdict.faults : undefined
  const guesses = told?.filter(({ fault }) => fault !== 'too_short' && fault !== 'entirely_numeric')
  const rules: [string, Standing][] = [
    [
      texts.ruleLength(site.minimum_password_length),
      standing(value, [...value].length >= site.minimum_password_length),
    ],
    [texts.ruleDigits, standing(value, !/^\p{Nd}+$/u.test(value))],
    [
      guesses !== undefined && guesses.length > 0 ? (words(guesses) ?? texts.ruleGuess) : texts.ruleGuess,
      value !== '' && guesses === undefined ? 'checking' : standing(value, guesses?.length === 0),
    ],
  ]
  const spoken = { met: texts.ruleMet, unmet: texts.ruleNotMet, open: '', checking: texts.ruleChecking }
  return (
    <PasswordField
      label={label}
      name="new-password"
      value={value}
      onChange={(text) => {
        change(text)
        submission.changed(field)
      }}
      autoComplete="new-password"
      error={words(submission.faultsOf(field))}
      rules={
        <ul className={classes.rules} aria-label={texts.rules}>
          {rules.map(([rule, state], index) => (
            <li key={String(index)} className={clsx(classes.rule, classes[state])}>
              <Icon name={icons[state]} size={16} className={classes.icon} />
              <span>
                {rule}
                {spoken[state] && <span className={classes.spoken}> ({spoken[state]})</span>}
              </span>
            </li>
          ))}
        </ul>
      }
    />
  )
}

function standing(value: string, isMet: boolean): Standing {
  if (value === '') return 'open'
  return isMet ? 'met' : 'unmet'
}

/** The server's verdict on a password, requested when typing pauses. Undefined until it has arrived. */
function useVerdict(password: string, owner: PasswordOwner): Verdict | undefined {
  const [verdict, setVerdict] = useState<Verdict>()
  const about = JSON.stringify(owner)
  useEffect(() => {
    if (password === '') return
    const leaving = new AbortController()
    const pause = setTimeout(() => {
      const body = { password, ...(JSON.parse(about) as PasswordOwner) }
      ask('POST /password-check', { body, signal: leaving.signal })
        .then(({ faults }) => setVerdict({ password, faults }))
        // Then only a hint is missing: the server checks again when the form is sent.
        .catch(() => {})
    }, PAUSE_MS)
    return () => {
      clearTimeout(pause)
      leaving.abort()
    }
  }, [password, about])
  return verdict
}

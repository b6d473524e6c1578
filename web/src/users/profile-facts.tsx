import details from '../administration/details.module.css'
import { type Fact, Facts } from '../administration/facts.tsx'
import { formTexts } from '../forms/form-texts.ts'
import { dayInWords } from '../forms/profile-inputs.tsx'
import { layoutTexts } from '../layout/layout-texts.ts'
import { Tag } from '../look/tag.tsx'
import { type ProfileField, site } from '../site/site.ts'
import { localeOf } from '../texts/locale.ts'
import { useLanguage, useTexts } from '../texts/texts.tsx'
import type { User } from './user.ts'
import { userTexts } from './user-texts.ts'

/** The profile of a user, for administrators who cannot change it. */
export function ProfileFacts({ user }: { user: User }) {
  const texts = useTexts(userTexts).profile
  const { languages } = useTexts(layoutTexts)
  const inWords = useValueWords()
  const given = (value: string) => (value === '' ? <span className={details.none}>{texts.notGiven}</span> : value)
  const locale = localeOf(user.locale)
  const ownFields = Object.entries(site.profile_schema?.properties ?? {}).map(
    ([name, field]): Fact => [field.title ?? name, given(inWords(user.profile[name], field))],
  )
  return (
    <Facts
      facts={[
        [texts.username, user.username],
        [
          texts.email,
          user.email === '' ? (
            given('')
          ) : (
            <span key="email" className={details.withTag}>
              {user.email}
              <Tag kind={user.email_verified ? 'good' : 'warning'}>
                {user.email_verified ? texts.confirmed : texts.unconfirmed}
              </Tag>
            </span>
          ),
        ],
        [texts.firstName, given(user.first_name)],
        [texts.lastName, given(user.last_name)],
        [texts.phone, given(user.phone_number)],
        [texts.locale, locale === undefined ? texts.localeDefault : languages[locale]],
        ...ownFields,
      ]}
    />
  )
}

/** The value of a field that the deployment declares, as people read it. Empty if there is none. */
function useValueWords(): (value: unknown, field: ProfileField) => string {
  const { yes, no } = useTexts(formTexts)
  const { region } = useLanguage()
  return (value, { format }) => {
    if (value === undefined || value === null) return ''
    if (typeof value === 'boolean') return value ? yes : no
    if (typeof value === 'object') return JSON.stringify(value)
    const isDay = format === 'date' && !Number.isNaN(Date.parse(String(value)))
    return isDay ? dayInWords(String(value), region) : String(value)
  }
}

import { NativeSelect, SimpleGrid, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ask } from '../api/api.ts'
import { useFaultWords } from '../forms/fault-words.ts'
import { Form } from '../forms/form.tsx'
import { ProfileFields } from '../forms/profile-fields.tsx'
import { draftOf, profileOf } from '../forms/profile-values.ts'
import { useSubmission } from '../forms/submission.ts'
import { TextField } from '../forms/text-field.tsx'
import { useDocumentTitle } from '../layout/document-title.ts'
import { layoutTexts } from '../layout/layout-texts.ts'
import { type Me, meQuery } from '../session/session.ts'
import { useMe } from '../session/session-gate.tsx'
import { site } from '../site/site.ts'
import { localeOf, locales } from '../texts/locale.ts'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { PageHeading } from './account-layout.tsx'
import { accountTexts } from './account-texts.ts'
import { profileTexts } from './profile-texts.ts'
import { Section } from './section.tsx'

/** Names, phone number, and the deployment's own fields. */
export function ProfilePage() {
  const texts = useTexts(profileTexts)
  const shared = useTexts(accountTexts)
  const languages = useTexts(layoutTexts)
  const words = useFaultWords()
  const me = useMe()
  const queries = useQueryClient()
  const [typed, setTyped] = useState({
    first_name: me.first_name,
    last_name: me.last_name,
    phone_number: me.phone_number,
  })
  const [locale, setLocale] = useState(me.locale)
  const [draft, setDraft] = useState(draftOf(me.profile))
  const [isSaved, setIsSaved] = useState(false)
  useDocumentTitle(texts.title)

  const submission = useSubmission({
    send: () => {
      setIsSaved(false)
      const profile = site.profile_schema === null ? {} : { profile: profileOf(draft, { withNulls: true }) }
      return ask('PATCH /me', { body: { ...typed, locale, ...profile } })
    },
    done: (changed) => {
      queries.setQueryData(meQuery.queryKey, (before: Me | undefined) => ({ ...before, ...changed }))
      setIsSaved(true)
    },
  })
  const text = (name: keyof typeof typed) => ({
    name,
    value: typed[name],
    onChange: (value: string) => {
      setTyped((all) => ({ ...all, [name]: value }))
      setIsSaved(false)
      submission.changed(name)
    },
    error: words(submission.faultsOf(name)),
    isOptional: true,
  })
  return (
    <>
      <PageHeading title={texts.title} lead={texts.lead} />
      <Section>
        <Form submission={submission} action={shared.save} said={isSaved && shared.saved}>
          <TextField
            label={texts.username}
            description={texts.usernameHint}
            value={me.username}
            onChange={() => {}}
            readOnly
            autoComplete="username"
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
            <TextField {...text('first_name')} label={texts.firstName} autoComplete="given-name" />
            <TextField {...text('last_name')} label={texts.lastName} autoComplete="family-name" />
          </SimpleGrid>
          <TextField {...text('phone_number')} label={texts.phone} type="tel" autoComplete="tel" />
          <NativeSelect
            label={languages.language}
            description={texts.languageHint}
            value={locale ?? ''}
            onChange={(event) => {
              setLocale(localeOf(event.currentTarget.value) ?? null)
              setIsSaved(false)
            }}
            data={[
              { value: '', label: texts.languageOfBrowser },
              ...locales.map((value) => ({ value, label: languages.languages[value] })),
            ]}
          />
          <ProfileFields
            draft={draft}
            onChange={(name, value) => {
              setDraft((all) => ({ ...all, [name]: value }))
              setIsSaved(false)
              submission.changed(`profile/${name}`)
            }}
            faultsOf={submission.faultsOf}
          />
        </Form>
      </Section>
      <Text size="sm" c="dimmed" mt="lg">
        {texts.since} <Moment at={me.created_at} />
      </Text>
    </>
  )
}

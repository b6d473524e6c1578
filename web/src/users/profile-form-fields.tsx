import { Checkbox, NativeSelect, SimpleGrid, Title } from '@mantine/core'
import type { FieldFault } from '../api/problem.ts'
import { useFaultWords } from '../forms/fault-words.ts'
import { ProfileFields } from '../forms/profile-fields.tsx'
import { TextField } from '../forms/text-field.tsx'
import { layoutTexts } from '../layout/layout-texts.ts'
import { site } from '../site/site.ts'
import { localeOf, locales } from '../texts/locale.ts'
import { useTexts } from '../texts/texts.tsx'
import type { UserDraft } from './profile-draft.ts'
import { userTexts } from './user-texts.ts'

type Props = {
  draft: UserDraft
  change(part: Partial<UserDraft>, field: string): void
  faultsOf(field: string): readonly FieldFault[]
  /** A new account: the server derives a user name if none is typed. Default false. */
  isNew?: boolean
}

type TextName = 'username' | 'email' | 'first_name' | 'last_name' | 'phone_number'

/** The fields of a user that every administrator with `accounts.change` may set. */
export function ProfileFormFields({ draft, change, faultsOf, isNew = false }: Props) {
  const texts = useTexts(userTexts).profile
  const { languages } = useTexts(layoutTexts)
  const words = useFaultWords()
  const text = (name: TextName) => ({
    name,
    value: draft[name],
    onChange: (value: string) => change({ [name]: value }, name),
    error: words(faultsOf(name)),
    autoComplete: 'off',
    spellCheck: false,
  })
  return (
    <>
      <TextField
        {...text('username')}
        label={texts.username}
        description={isNew ? texts.usernameHint : undefined}
        isOptional={isNew}
        autoCapitalize="none"
      />
      <TextField {...text('email')} label={texts.email} type="email" isOptional />
      <Checkbox
        label={texts.emailVerified}
        description={texts.emailVerifiedHint}
        checked={draft.email_verified}
        onChange={(event) => change({ email_verified: event.currentTarget.checked }, 'email_verified')}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
        <TextField {...text('first_name')} label={texts.firstName} isOptional />
        <TextField {...text('last_name')} label={texts.lastName} isOptional />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
        <TextField {...text('phone_number')} label={texts.phone} type="tel" isOptional />
        <NativeSelect
          label={texts.locale}
          value={draft.locale}
          onChange={(event) => change({ locale: localeOf(event.currentTarget.value) ?? '' }, 'locale')}
          data={[
            { value: '', label: texts.localeDefault },
            ...locales.map((value) => ({ value, label: languages[value] })),
          ]}
        />
      </SimpleGrid>
      {site.profile_schema !== null && Object.keys(site.profile_schema.properties).length > 0 && (
        <fieldset style={{ border: 0, margin: 0, padding: 0, minInlineSize: 0 }}>
          <Title order={3} component="legend" mb="sm" p={0}>
            {texts.ownFields}
          </Title>
          <ProfileFields
            draft={draft.profile}
            onChange={(name, value) => change({ profile: { ...draft.profile, [name]: value } }, `profile/${name}`)}
            faultsOf={faultsOf}
          />
        </fieldset>
      )}
    </>
  )
}

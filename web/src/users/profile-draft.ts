import { draftOf, type ProfileDraft, profileOf } from '../forms/profile-values.ts'
import { type Locale, localeOf } from '../texts/locale.ts'
import type { User } from './user.ts'

/** What was typed about a user, before it is sent. */
export type UserDraft = {
  username: string
  email: string
  email_verified: boolean
  first_name: string
  last_name: string
  phone_number: string
  /** Empty: the server's default. */
  locale: Locale | ''
  profile: ProfileDraft
}

export const emptyDraft: UserDraft = {
  username: '',
  email: '',
  email_verified: false,
  first_name: '',
  last_name: '',
  phone_number: '',
  locale: '',
  profile: {},
}

/** A stored account as a draft. */
export function draftOfUser(user: User): UserDraft {
  const { username, email, email_verified, first_name, last_name, phone_number, locale, profile } = user
  return {
    ...{ username, email, email_verified, first_name, last_name, phone_number },
    locale: localeOf(locale) ?? '',
    profile: draftOf(profile),
  }
}

/**
 * The body of a request that creates or changes the account. It has only those profile fields that were filled in: an
 * administrator may leave the others out, even if they are required at registration.
 *
 * @param before what is stored
 */
export function bodyOf(draft: UserDraft, before = emptyDraft) {
  const { locale, profile, email_verified: isVerified, ...texts } = draft
  const typed = Object.entries(profile).filter(([name, text]) => text !== (before.profile[name] ?? ''))
  const fields = profileOf(Object.fromEntries(typed), { withNulls: true })
  return {
    ...texts,
    // Without an address there is nothing to confirm.
    email_verified: isVerified && draft.email !== '',
    locale: locale === '' ? null : locale,
    ...(typed.length > 0 && { profile: fields }),
  }
}

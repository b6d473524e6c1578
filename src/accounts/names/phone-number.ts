import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** How phone numbers are understood and used. */
export type PhoneRule = {
  /** The region of numbers without a country code (ISO 3166, such as `DE`); undefined: such numbers are not understood. */
  region: string | undefined
  /** Whether people log in with their number (LOGIN_WITH). Then a number belongs to one account. */
  isLoginName: boolean
}

/** Longer than any number with all its punctuation. The parser takes time for long texts. */
const LONGEST_TYPED = 64

/**
 * The number in E.164, such as `+4930123456`, under which accounts are found. Undefined if the text is not a number
 * that can exist, has an extension, or lacks a country code while `region` is undefined.
 */
export function phoneKey(typed: string, region: string | undefined): string | undefined {
  if (typed.length > LONGEST_TYPED) return undefined
  const number = parsePhoneNumberFromString(typed.normalize('NFKC'), {
    extract: false,
    ...(region !== undefined && isRegion(region) && { defaultCountry: region }),
  })
  return number?.isPossible() && number.ext === undefined ? number.number : undefined
}

/** Whether it is a region whose numbers can be understood. */
export function isRegion(region: string): region is CountryCode {
  return isSupportedCountry(region)
}

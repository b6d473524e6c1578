import { addressOf } from '../site/address.ts'
import { site } from '../site/site.ts'

/** Where people go after signing in, if no other place was requested. */
const HOME = addressOf('/account/')

/**
 * Where `next` leads, if it may lead there: to a path of our own, or to an origin that the operator listed. Everything
 * else, `//elsewhere`, `/\elsewhere` and `/.//elsewhere` included, leads to the account page.
 *
 * @param fragment of the page that led here: browsers carry it over a redirect. For a `next` that has none
 */
export function nextAddress(
  next: string | undefined,
  fragment = '',
  own = location.origin,
  listed = site.next_origins,
): string {
  const url = next === undefined ? null : URL.parse(next, own)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return HOME
  url.hash ||= fragment
  // Normalised, `/.//elsewhere` is the path `//elsewhere`, which by itself would be another host.
  if (url.origin === own) return url.pathname.startsWith('//') ? HOME : url.href
  return listed.includes(url.origin) ? url.href : HOME
}

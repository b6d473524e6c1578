import { site } from './site.ts'

/** How far the reader's clock is behind the server's, in milliseconds. The document arrived a moment ago. */
const behind = site.now === undefined ? 0 : site.now - Date.now()

/** The time by the server's clock, in milliseconds since 1970: the reader's own clock may be wrong. */
export function serverNow(): number {
  return Date.now() + behind
}

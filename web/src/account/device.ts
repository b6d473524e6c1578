const systems: [RegExp, string][] = [
  [/iphone/i, 'iPhone'],
  [/ipad/i, 'iPad'],
  [/android/i, 'Android'],
  [/windows/i, 'Windows'],
  [/mac os x|macintosh/i, 'macOS'],
  [/cros/i, 'ChromeOS'],
  [/linux/i, 'Linux'],
]

const browsers: [RegExp, string][] = [
  [/edg/i, 'Edge'],
  [/opr\//i, 'Opera'],
  [/firefox/i, 'Firefox'],
  [/chrome|crios/i, 'Chrome'],
  [/safari/i, 'Safari'],
]

/** What a program called itself, in a few words: a hint, no proof. Empty if it said nothing that we know. */
export function deviceOf(userAgent: string): string {
  const system = systems.find(([pattern]) => pattern.test(userAgent))?.[1]
  const browser = browsers.find(([pattern]) => pattern.test(userAgent))?.[1]
  if (system === undefined && browser === undefined) return /^[\w.-]{1,20}/.exec(userAgent)?.[0] ?? ''
  return [browser, system].filter(Boolean).join(', ')
}

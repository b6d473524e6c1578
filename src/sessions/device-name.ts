/** The order matters: most browsers also name the browsers they descend from. */
const programs: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\/|\bOpera\b/, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:(?:Headless)?Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/\bcurl\//i, 'curl'],
  [/\bWget\//i, 'Wget'],
  [/\bPostmanRuntime\//, 'Postman'],
  [/\bpython-(?:requests|httpx|urllib3?)\b|\bPython-urllib\b|\baiohttp\//, 'Python'],
  [/\bokhttp\//, 'OkHttp'],
  [/\bDart\//, 'Dart'],
  [/\bGo-http-client\//, 'Go'],
  [/^(?:node|undici|axios|node-fetch)\b/, 'Node.js'],
]

const systems: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac(?:intosh| OS X)\b/, 'macOS'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
]

/**
 * A name for the device that sent this `User-Agent`, such as "Firefox on Windows", so that people can tell their
 * sessions apart. The client chooses the header, so nothing else may depend on it. The result contains only names of
 * this list, never the client's text.
 */
export function deviceName(userAgent: string): string {
  const named = (names: typeof programs) => names.find(([pattern]) => pattern.test(userAgent))?.[1]
  const [program, system] = [named(programs), named(systems)]
  if (program !== undefined && system !== undefined) return `${program} on ${system}`
  return program ?? system ?? 'Unknown device'
}

import type { SettingRow } from './setting-row.ts'

/** The settings about headers, cookies and connections, in the order of the manual. */
export const connectionSettingRows: SettingRow[] = [
  {
    name: 'AUTH_HEADER_NAME',
    byDefault: 'Authorization',
    written: 'HTTP_X_ACCESS_TOKEN',
    read: 'x-access-token',
    in: (c) => c.http.authHeaderName,
  },
  {
    name: 'ACCESS_COOKIE_NAME',
    byDefault: 'latchkey-access',
    written: 'access',
    read: 'access',
    in: (c) => c.http.accessCookieName,
  },
  {
    name: 'REFRESH_COOKIE_NAME',
    byDefault: 'latchkey-refresh',
    written: 'refresh',
    read: 'refresh',
    in: (c) => c.http.refreshCookieName,
  },
  {
    name: 'HSTS_INCLUDE_SUBDOMAINS',
    byDefault: false,
    written: 'true',
    read: true,
    in: (c) => c.http.hstsIncludesSubdomains,
  },
  { name: 'KEEP_ALIVE_TIMEOUT', byDefault: 72_000, written: '10m', read: 600_000, in: (c) => c.http.keepAliveMs },
]

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SettingRow } from './setting-row.ts'

const logoFile = join(import.meta.dirname, '../logo.svg')

/** The settings of the pages. */
export const siteSettingRows: SettingRow[] = [
  { name: 'SITE_NAME', byDefault: 'Latchkey', written: 'Example', read: 'Example', in: (c) => c.site.name },
  {
    name: 'SITE_LOGO_FILE',
    byDefault: undefined,
    written: logoFile,
    read: readFileSync(logoFile, 'utf8').trimEnd(),
    in: (c) => c.site.logo,
  },
  { name: 'SITE_COLOR', byDefault: '#3b5bdb', written: '0AF', read: '#00aaff', in: (c) => c.site.color },
  {
    name: 'SITE_LINKS',
    byDefault: [],
    written: 'Privacy=https://example.org/privacy, Help=mailto:help@example.org',
    read: [
      { label: 'Privacy', url: 'https://example.org/privacy' },
      { label: 'Help', url: 'mailto:help@example.org' },
    ],
    in: (c) => c.site.links,
  },
]

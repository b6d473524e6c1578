import { type Static, Type } from 'typebox'
import { orNone, quoted, readLine, SettingFault, setting, settingGroup, text } from '../../platform/setting.ts'

/** A link at the foot of every page. */
type SiteLink = { label: string; url: string }

/** What the pages look like, so that people know whose they are. */
export const siteSettings = settingGroup('Pages', {
  name: text('SITE_NAME', {
    default: 'Latchkey',
    description: 'What the pages call your service.',
  }),
  logo: orNone(
    setting(
      Type.String({ minLength: 1 }),
      'SITE_LOGO_FILE',
      {
        default: 'none',
        isFile: true,
        description: 'An SVG file with your logo. The pages show it instead of the name.',
      },
      readLogo,
    ),
  ),
  color: setting(
    Type.String({ pattern: '^#[0-9a-f]{6}$' }),
    'SITE_COLOR',
    {
      default: '3b5bdb',
      description:
        'The colour of buttons and links, in hexadecimal digits: `0b7285`. If white text is not legible on it, buttons take ' +
        'a darker shade.',
    },
    readColor,
    (color) => color.slice(1),
  ),
  links: setting(
    Type.Array(Type.Unsafe<SiteLink>(Type.Object({ label: Type.String(), url: Type.String() }))),
    'SITE_LINKS',
    {
      default: 'none',
      form: 'list',
      description:
        'Links at the foot of every page, as `Label=address`, separated by commas: ' +
        '`Privacy=https://example.org/privacy, Help=mailto:help@example.org`.',
    },
    readLinks,
    (links) => links.map(({ label, url }) => `${label}=${url}`).join(', ') || 'none',
  ),
})

export type SiteSettings = Static<typeof siteSettings>

const LOGO_LIMIT = 262_144

function readLogo(content: string): string {
  if (!/<svg[\s>]/i.test(content)) throw new SettingFault('is not an SVG file. Save the logo as SVG.')
  if (content.length > LOGO_LIMIT) {
    throw new SettingFault(`is larger than ${LOGO_LIMIT / 1024} KiB. Every page loads it: save a smaller one.`)
  }
  return content
}

function readColor(text: string): string {
  const digits = text.toLowerCase().replace(/^#/, '')
  if (/^[0-9a-f]{6}$/.test(digits)) return `#${digits}`
  if (/^[0-9a-f]{3}$/.test(digits)) return `#${digits.replace(/./g, '$&$&')}`
  throw new SettingFault(`${quoted(text)} is not a colour. Write six hexadecimal digits, such as 0b7285.`)
}

function readLinks(text: string): SiteLink[] {
  if (text.trim().toLowerCase() === 'none') return []
  return text
    .split(/[,\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map(readLink)
}

function readLink(item: string): SiteLink {
  const at = item.indexOf('=')
  const label = readLine(item.slice(0, Math.max(at, 0)).trim())
  const url = readLine(item.slice(at + 1).trim())
  const protocol = URL.parse(url, 'https://self.invalid')?.protocol
  const isAllowed = protocol === 'https:' || protocol === 'http:' || protocol === 'mailto:'
  if (label !== '' && url !== '' && isAllowed) return { label, url }
  throw new SettingFault(`${quoted(item)} is not a link. Write it as Label=https://example.org/page.`)
}

import type { AnswerOf } from '@latchkey/client'
import { catalogue } from '../texts/catalogue.ts'

type Setting = AnswerOf<'GET /admin/settings'>['settings'][number]
type Sources = Record<Setting['source'], string>

/** The server's own words are English. */
const asTheServerSays: Readonly<Record<string, string>> = {}

export const settingsTexts = catalogue(
  {
    title: 'Settings',
    lead: 'What the server is running with. To change a setting, set it where the server is started, then restart it.',
    search: 'Find a setting',
    onlySet: 'Only those that are set',
    nothing: 'No setting matches',
    secret: 'secret',
    isSet: 'set',
    isNotSet: 'not set',
    empty: 'empty',
    sources: {
      default: 'Default',
      environment: 'From the environment',
      env_file: 'From the .env file',
      secret_file: 'From a file of its own',
      compatibility: 'By COMPATIBILITY',
    } satisfies Sources,
    /** By the headings of the manual. */
    groups: asTheServerSays,
  },
  {
    de: {
      title: 'Einstellungen',
      lead: 'Womit der Server gerade läuft. Um eine Einstellung zu ändern, setze sie dort, wo der Server gestartet wird, und starte ihn neu.',
      search: 'Einstellung suchen',
      onlySet: 'Nur gesetzte',
      nothing: 'Keine passende Einstellung',
      secret: 'geheim',
      isSet: 'gesetzt',
      isNotSet: 'nicht gesetzt',
      empty: 'leer',
      sources: {
        default: 'Vorgabe',
        environment: 'Aus der Umgebung',
        env_file: 'Aus der Datei .env',
        secret_file: 'Aus einer eigenen Datei',
        compatibility: 'Durch COMPATIBILITY',
      },
      groups: {
        General: 'Allgemeines',
        HTTP: 'HTTP',
        Storage: 'Speicherung',
        Keys: 'Schlüssel',
        Tokens: 'Tokens',
        Sessions: 'Sitzungen',
        'Session carry-over': 'Übernahme von Sitzungen',
        'Second factors': 'Zweite Faktoren',
        Services: 'Dienste',
        Accounts: 'Konten',
        djoser: 'djoser',
        Pages: 'Seiten',
        Passwords: 'Passwörter',
        'Cost of a password hash': 'Kosten eines Passwort-Hashes',
        'Audit log': 'Protokoll',
        'Sample resources': 'Beispiele',
        'Rate limits': 'Limits',
        Mail: 'Mails',
        Hooks: 'Hooks',
        Webhooks: 'Webhooks',
        Metrics: 'Metriken',
      },
    },
  },
)

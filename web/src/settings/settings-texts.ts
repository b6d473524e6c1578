import { catalogue } from '../texts/catalogue.ts'

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
      file: 'From the settings file',
      env_file: 'From .env',
      options: 'From the options',
      compatibility: 'By COMPATIBILITY',
      debug: 'By DEBUG',
      derived: 'Derived',
    },
  },
  {
    de: {
      title: 'Einstellungen',
      lead: 'Womit der Server gerade läuft. Um eine Einstellung zu ändern, setze sie dort, wo der Server gestartet wird, und starte ihn neu.',
      search: 'Einstellung suchen',
      onlySet: 'Nur gesetzte',
      nothing: 'Keine Einstellung passt',
      secret: 'geheim',
      isSet: 'gesetzt',
      isNotSet: 'nicht gesetzt',
      empty: 'leer',
      sources: {
        default: 'Vorgabe',
        environment: 'Aus der Umgebung',
        file: 'Aus der Datei',
        env_file: 'Aus .env',
        options: 'Aus den Optionen',
        compatibility: 'Durch COMPATIBILITY',
        debug: 'Durch DEBUG',
        derived: 'Abgeleitet',
      },
    },
  },
)

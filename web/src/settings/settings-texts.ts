import { catalogue } from '../texts/catalogue.ts'

export const settingsTexts = catalogue(
  {
    title: 'Settings',
    lead: 'What the process that answers runs with. Settings are changed where the server is started, and read when it starts.',
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
      lead: 'Womit der Prozess läuft, der antwortet. Geändert werden Einstellungen dort, wo der Server gestartet wird; gelesen werden sie beim Start.',
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

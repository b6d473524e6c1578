import { catalogue } from '../texts/catalogue.ts'

export const keysTexts = catalogue(
  {
    title: 'Signing keys',
    lead: 'They sign the access tokens. Other services check tokens with the public parts.',
    columns: {
      kid: 'Key',
      state: 'State',
      created: 'Created',
      used: 'In use since',
      until: 'Until',
      actions: 'Actions',
    },
    states: { next: 'Next', current: 'Signs', retiring: 'Still accepted', retired: 'Destroyed' },
    meanings: {
      next: 'Published, so that other services know it before it signs.',
      current: 'Signs every new token.',
      retiring: 'No longer signs. Its tokens are accepted until they expire.',
      retired: 'Its tokens are refused.',
    },
    one: 'Signing key',
    algorithm: 'Algorithm',
    superseded: 'Replaced',
    retires: 'Removed after',
    retiredAt: 'Destroyed',
    rotate: 'Rotate',
    rotateTitle: 'Rotate the signing keys?',
    rotateLead:
      'The next key takes over as soon as every service has had time to read it. Tokens of the current key stay valid until they expire.',
    now: 'Take over at once',
    nowHint:
      'For a key that may have leaked. Services that have not read the new key yet refuse new tokens for up to ten minutes.',
    rotateAction: 'Rotate the keys',
    rotated: 'The next key signs now.',
    scheduled: 'The next key takes over once every service knows it.',
    already: 'Somebody else rotated the keys at the same moment.',
    retire: 'Destroy',
    retireOne: (kid: string) => `Destroy the key ${kid}`,
    retireTitle: 'Destroy this key?',
    retireLead: (kid: string) =>
      `All tokens that the key ${kid} signed are refused from now on, and sessions whose refresh token it signed end. Those people have to sign in again.`,
    retireAction: 'Destroy the key',
    retired: (ended: number | null) =>
      ended === null
        ? 'The key is destroyed, and its sessions have ended.'
        : `The key is destroyed. ${ended === 1 ? 'One session' : `${ended} sessions`} ended.`,
    empty: 'Tokens are signed with SECRET_KEY',
    emptyLead: 'With ALGORITHM=HS256 there are no key pairs.',
  },
  {
    de: {
      title: 'Signaturschlüssel',
      lead: 'Sie signieren die Zugriffstokens. Andere Dienste prüfen Tokens mit den öffentlichen Teilen.',
      columns: {
        kid: 'Schlüssel',
        state: 'Status',
        created: 'Angelegt',
        used: 'In Gebrauch seit',
        until: 'Bis',
        actions: 'Aktionen',
      },
      states: { next: 'Der nächste', current: 'Signiert', retiring: 'Gilt noch', retired: 'Vernichtet' },
      meanings: {
        next: 'Veröffentlicht, damit andere Dienste ihn kennen, bevor er signiert.',
        current: 'Signiert jedes neue Token.',
        retiring: 'Signiert nicht mehr. Seine Tokens gelten, bis sie ablaufen.',
        retired: 'Seine Tokens werden abgewiesen.',
      },
      one: 'Signaturschlüssel',
      algorithm: 'Verfahren',
      superseded: 'Abgelöst',
      retires: 'Entfernt nach',
      retiredAt: 'Vernichtet',
      rotate: 'Wechseln',
      rotateTitle: 'Die Signaturschlüssel wechseln?',
      rotateLead:
        'Der nächste Schlüssel übernimmt, sobald jeder Dienst Zeit hatte, ihn zu lesen. Tokens des aktuellen bleiben gültig, bis sie ablaufen.',
      now: 'Sofort übernehmen',
      nowHint:
        'Für einen Schlüssel, der bekannt geworden sein könnte. Dienste, die den neuen noch nicht gelesen haben, weisen neue Tokens bis zu zehn Minuten lang ab.',
      rotateAction: 'Schlüssel wechseln',
      rotated: 'Der nächste Schlüssel signiert jetzt.',
      scheduled: 'Der nächste Schlüssel übernimmt, sobald jeder Dienst ihn kennt.',
      already: 'Jemand anderes hat die Schlüssel im selben Augenblick gewechselt.',
      retire: 'Vernichten',
      retireOne: (kid) => `Den Schlüssel ${kid} vernichten`,
      retireTitle: 'Diesen Schlüssel vernichten?',
      retireLead: (kid) =>
        `Alle Tokens, die der Schlüssel ${kid} signiert hat, werden ab sofort abgewiesen, und Sitzungen, deren Refresh-Token er signiert hat, enden. Alle Betroffenen müssen sich neu anmelden.`,
      retireAction: 'Schlüssel vernichten',
      retired: (ended) =>
        ended === null
          ? 'Der Schlüssel ist vernichtet, und seine Sitzungen sind beendet.'
          : `Der Schlüssel ist vernichtet. ${ended === 1 ? 'Eine Sitzung endete' : `${ended} Sitzungen endeten`}.`,
      empty: 'Tokens werden mit SECRET_KEY signiert',
      emptyLead: 'Mit ALGORITHM=HS256 gibt es keine Schlüsselpaare.',
    },
  },
)

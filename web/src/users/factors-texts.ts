import { catalogue } from '../texts/catalogue.ts'

export const userFactorsTexts = catalogue(
  {
    title: 'Second factors and passkeys',
    none: 'This account has none.',
    lastUsed: 'Last used',
    neverUsed: 'Never used',
    removesAt: 'Removed at',
    remove: 'Remove',
    removeTitle: (factor: string, name: string) => `Remove “${factor}” from ${name}?`,
    removeLead: 'All sessions of the account end. Its owner gets an email.',
    removed: 'The factor will be removed: at once, or after RECOVERY_DELAY.',
    keep: 'Keep',
    kept: 'The factor stays.',
    issue: 'Issue a recovery code',
    issueTitle: (name: string) => `Issue a recovery code for ${name}?`,
    issueLead:
      'The owner can use it once in place of the second factor, within a day. The password is still needed. The owner gets an email.',
    issued: 'Give this code to the owner in a safe way. It is not shown again:',
    devices: (count: number) => (count === 1 ? '1 trusted device' : `${count} trusted devices`),
    revoke: 'Stop trusting them',
    revoked: 'No device is trusted now.',
  },
  {
    de: {
      title: 'Zweite Faktoren und Passkeys',
      none: 'Dieses Konto hat keine.',
      lastUsed: 'Zuletzt benutzt',
      neverUsed: 'Noch nie benutzt',
      removesAt: 'Wird entfernt:',
      remove: 'Entfernen',
      removeTitle: (factor, name) => `„${factor}“ von ${name} entfernen?`,
      removeLead: 'Alle Sitzungen des Kontos enden. Die Person bekommt eine Mail.',
      removed: 'Der Faktor wird entfernt: sofort oder nach RECOVERY_DELAY.',
      keep: 'Behalten',
      kept: 'Der Faktor bleibt.',
      issue: 'Wiederherstellungscode ausstellen',
      issueTitle: (name) => `Wiederherstellungscode für ${name} ausstellen?`,
      issueLead:
        'Damit kann sich die Person einmal innerhalb eines Tages statt mit dem zweiten Faktor anmelden. Das Passwort ist weiter nötig. Sie bekommt eine Mail.',
      issued: 'Gib diesen Code auf einem sicheren Weg weiter. Er wird nicht noch einmal gezeigt:',
      devices: (count) => (count === 1 ? '1 vertrautes Gerät' : `${count} vertraute Geräte`),
      revoke: 'Nicht mehr vertrauen',
      revoked: 'Kein Gerät ist mehr vertraut.',
    },
  },
)

import { catalogue } from '../texts/catalogue.ts'

export const factorTexts = catalogue(
  {
    kinds: {
      totp: 'Authenticator app',
      passkey: 'Passkey or security key',
      mailed_code: 'Code by email',
      recovery_code: 'Recovery code',
    },
    signIn: {
      totp: 'Enter the code that your authenticator app shows.',
      recovery_code: 'Enter one of your recovery codes. Each works once.',
      mailed_code: (to: string) => `We sent a code to ${to}. Enter it here.`,
      passkey: 'Confirm with your passkey or security key.',
      code: 'Code',
      recoveryCode: 'Recovery code',
      action: 'Sign in',
      usePasskey: 'Use passkey',
      passkeyFailed: 'The passkey was not confirmed. Try again, or choose another way.',
      others: 'Another way:',
      anotherCode: 'Send another code',
      codeSent: 'Another code is on its way. Only the newest one works.',
      trust: 'Do not ask on this device again',
      restart: 'Start over',
      setUp: 'This account must have a second factor. Set one up to continue.',
    },
    withPasskey: 'Sign in with a passkey',
    unknownPasskey: 'This passkey is not valid here. Use another one, or sign in with your password.',
    noPasskey: 'No passkey was used. Try again, or sign in with your password.',
    byMail: {
      start: 'Sign in with a code by email',
      email: 'Email address',
      send: 'Send the code',
      sent: (email: string) =>
        `If ${email} is the confirmed address of an account, we sent a code there. Enter it here.`,
    },
  },
  {
    de: {
      kinds: {
        totp: 'Authenticator-App',
        passkey: 'Passkey oder Sicherheitsschlüssel',
        mailed_code: 'Code per E-Mail',
        recovery_code: 'Wiederherstellungscode',
      },
      signIn: {
        totp: 'Gib den Code ein, den deine Authenticator-App zeigt.',
        recovery_code: 'Gib einen deiner Wiederherstellungscodes ein. Jeder gilt einmal.',
        mailed_code: (to) => `Wir haben einen Code an ${to} geschickt. Gib ihn hier ein.`,
        passkey: 'Bestätige mit deinem Passkey oder Sicherheitsschlüssel.',
        code: 'Code',
        recoveryCode: 'Wiederherstellungscode',
        action: 'Anmelden',
        usePasskey: 'Passkey benutzen',
        passkeyFailed: 'Der Passkey wurde nicht bestätigt. Versuche es noch einmal oder wähle einen anderen Weg.',
        others: 'Anderer Weg:',
        anotherCode: 'Anderen Code senden',
        codeSent: 'Ein neuer Code ist unterwegs. Nur der neueste gilt.',
        trust: 'Auf diesem Gerät nicht mehr fragen',
        restart: 'Von vorn beginnen',
        setUp: 'Dieses Konto braucht einen zweiten Faktor. Richte einen ein, um fortzufahren.',
      },
      withPasskey: 'Mit einem Passkey anmelden',
      unknownPasskey: 'Dieser Passkey gilt hier nicht. Benutze einen anderen oder melde dich mit dem Passwort an.',
      noPasskey: 'Es wurde kein Passkey benutzt. Versuche es noch einmal oder melde dich mit dem Passwort an.',
      byMail: {
        start: 'Mit einem Code per E-Mail anmelden',
        email: 'E-Mail-Adresse',
        send: 'Code senden',
        sent: (email) =>
          `Wenn ${email} die bestätigte Adresse eines Kontos ist, haben wir einen Code dorthin geschickt. Gib ihn hier ein.`,
      },
    },
  },
)

import { catalogue } from '../texts/catalogue.ts'

export const signUpTexts = catalogue(
  {
    title: 'Create an account',
    action: 'Create account',
    username: 'User name',
    usernameHint: 'Letters, digits and @ . + - _',
    email: 'Email address',
    phone: 'Phone number',
    password: 'Password',
    haveOne: 'Already have an account?',
    signIn: 'Sign in',
    closed: 'You cannot create an account here',
    closedLead: 'Only the operator can create accounts on this service.',
    inviteLead: 'You need an invitation. Ask the operator to send you one, then open the link in that email.',
    confirmTitle: 'Check your email',
    confirmLead: (email: string) =>
      `Your account is ready. We sent an email to ${email}. Open the link in it to confirm your address, then sign in.`,
    toSignIn: 'Go to sign-in',
  },
  {
    de: {
      title: 'Konto anlegen',
      action: 'Konto anlegen',
      username: 'Benutzername',
      usernameHint: 'Buchstaben, Ziffern und @ . + - _',
      email: 'E-Mail-Adresse',
      phone: 'Telefonnummer',
      password: 'Passwort',
      haveOne: 'Schon ein Konto?',
      signIn: 'Anmelden',
      closed: 'Hier kannst du kein Konto anlegen',
      closedLead: 'Konten legt auf diesem Dienst nur der Betreiber an.',
      inviteLead: 'Du brauchst eine Einladung. Bitte den Betreiber um eine und öffne dann den Link in der Mail.',
      confirmTitle: 'Schau in dein Postfach',
      confirmLead: (email) =>
        `Dein Konto ist bereit. Wir haben eine Mail an ${email} geschickt. Öffne den Link darin, um deine Adresse zu bestätigen, und melde dich dann an.`,
      toSignIn: 'Zur Anmeldung',
    },
  },
)

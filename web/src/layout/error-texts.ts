import { catalogue } from '../texts/catalogue.ts'

export const errorTexts = catalogue(
  {
    notFound: 'This page does not exist',
    notFoundLead: 'The address may be mistyped, or the page has moved.',
    forbidden: 'This page is not for you',
    forbiddenLead: 'Your account may not open it. If you think it should, ask an administrator.',
    crashed: 'Something went wrong',
    crashedLead: 'This page has run into a problem. Reload it; if it happens again, tell the operator.',
    home: 'Go to my account',
    reload: 'Reload the page',
  },
  {
    de: {
      notFound: 'Diese Seite gibt es nicht',
      notFoundLead: 'Vielleicht ist die Adresse vertippt, oder die Seite ist umgezogen.',
      forbidden: 'Diese Seite ist nicht für dich',
      forbiddenLead: 'Dein Konto darf sie nicht öffnen. Wenn du meinst, dass es das sollte, frage die Administration.',
      crashed: 'Etwas ist schiefgegangen',
      crashedLead:
        'Auf dieser Seite gab es ein Problem. Lade sie neu; wenn es wieder geschieht, sage dem Betreiber Bescheid.',
      home: 'Zu meinem Konto',
      reload: 'Seite neu laden',
    },
  },
)

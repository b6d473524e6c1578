import { catalogue } from '../texts/catalogue.ts'

export const pageNotFoundTexts = catalogue(
  {
    notFound: 'This page does not exist',
    notFoundLead: 'The address may be mistyped, or the page has moved.',
    forbidden: 'This page is not for you',
    forbiddenLead: 'Your account may not open it. If you think it should, ask an administrator.',
    failed: 'This page cannot be shown at the moment',
    failedLead: 'Something went wrong on the server. Try again shortly. If it keeps happening, tell the operator.',
    tryAgain: 'Try again',
    home: 'Go to my account',
  },
  {
    de: {
      notFound: 'Diese Seite gibt es nicht',
      notFoundLead: 'Vielleicht ist die Adresse vertippt, oder die Seite ist umgezogen.',
      forbidden: 'Diese Seite ist nicht für dich',
      forbiddenLead: 'Dein Konto darf sie nicht öffnen. Wenn du meinst, dass es das sollte, frage die Administration.',
      failed: 'Diese Seite lässt sich gerade nicht zeigen',
      failedLead:
        'Auf dem Server ist etwas schiefgegangen. Versuche es in Kürze noch einmal. Bleibt es dabei, sag dem Betreiber Bescheid.',
      tryAgain: 'Noch einmal versuchen',
      home: 'Zu meinem Konto',
    },
  },
)

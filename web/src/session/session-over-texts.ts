import { catalogue } from '../texts/catalogue.ts'

export const sessionOverTexts = catalogue(
  {
    title: 'Sign in to continue',
    generic: 'Your session has ended.',
    kept: 'What you typed on this page is kept.',
    leave: 'Leave this page',
  },
  {
    de: {
      title: 'Melde dich an, um weiterzumachen',
      generic: 'Deine Sitzung ist beendet.',
      kept: 'Was du auf dieser Seite eingegeben hast, bleibt erhalten.',
      leave: 'Seite verlassen',
    },
  },
)

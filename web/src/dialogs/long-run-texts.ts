import { catalogue } from '../texts/catalogue.ts'

/** Work that takes a while, and reports on the way. */
export const longRunTexts = catalogue(
  {
    progress: 'Progress',
    stop: 'Stop',
    goOn: 'Continue',
    stayHere: 'Keep this tab open. If you close it, the rest is not done, but you can continue later.',
    stopped: 'Stopped before the end. What is done stays done, possibly a few more than counted here.',
  },
  {
    de: {
      progress: 'Fortschritt',
      stop: 'Anhalten',
      goOn: 'Fortsetzen',
      stayHere:
        'Lass diesen Tab offen. Wenn du ihn schließt, bleibt der Rest ungetan, lässt sich aber später fortsetzen.',
      stopped: 'Vor dem Ende angehalten. Was getan ist, bleibt getan, vielleicht einige mehr als hier gezählt.',
    },
  },
)

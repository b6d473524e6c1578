import { catalogue } from '../texts/catalogue.ts'

/** Work that takes a while, and reports its progress. */
export const longRunTexts = catalogue(
  {
    progress: 'Progress',
    stop: 'Stop',
    goOn: 'Continue',
    stayHere: 'Keep this tab open. If you close it, the work stops, but you can continue later.',
    stopped: 'Stopped early. Changes already made stay. There may be a few more than counted here.',
  },
  {
    de: {
      progress: 'Fortschritt',
      stop: 'Anhalten',
      goOn: 'Fortsetzen',
      stayHere: 'Lass diesen Tab offen. Wenn du ihn schließt, hält die Arbeit an; du kannst sie später fortsetzen.',
      stopped: 'Vorzeitig angehalten. Was erledigt ist, bleibt erledigt; es können einige mehr sein als hier gezählt.',
    },
  },
)

import type { administrationRouter } from './administration/administration-router.ts'
import type { router } from './router.tsx'

// A document has one of the two: the administration is loaded only for those who may see it.
declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router | typeof administrationRouter
  }

  interface HistoryState {
    /** What somebody has typed to say who they are. It goes along from one sign-in page to the next. */
    identifier?: string | undefined
  }
}

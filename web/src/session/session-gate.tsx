import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useEffect } from 'react'
import { asProblem } from '../api/problem.ts'
import { queries } from '../api/queries.ts'
import { Failed } from '../layout/states.tsx'
import { addressOf } from '../site/address.ts'
import { site } from '../site/site.ts'
import { useAccountLanguage } from './account-language.ts'
import { type Me, meQuery, useSessionEnd } from './session.ts'
import { SessionOverDialog } from './session-over-dialog.tsx'

// Asked for while the parts of the page are still arriving.
if (site.session !== 'none') void queries.prefetchQuery(meQuery)

const MeContext = createContext<Me | undefined>(undefined)

/** Who is signed in. Only below `SessionGate`. */
export function useMe(): Me {
  const me = use(MeContext)
  if (me === undefined) throw new Error('nobody is signed in here')
  return me
}

/**
 * Lets in only users who are signed in: others go to the sign-in page and come back. If the session ends while somebody is
 * working, the sign-in dialog opens over the page, and the page stays as it is.
 *
 * @param waiting shown until the page knows who is signed in
 */
export function SessionGate({ children, waiting }: { children: ReactNode; waiting: ReactNode }) {
  const isStranger = site.session === 'none'
  const endReason = useSessionEnd()
  // After signing out, the page is still there for a moment. Another request would be refused and lead to the sign-in page.
  const mayAsk = endReason === undefined
  const me = useQuery({ ...meQuery, enabled: ({ state }) => mayAsk && (!isStranger || state.data !== undefined) })
  useAccountLanguage(me.data)
  const refusal = me.isError ? asProblem(me.error) : undefined
  const mustLeave = me.data === undefined && ((isStranger && !me.isFetching) || refusal?.status === 401)

  useEffect(() => {
    if (!mustLeave) return
    const next = location.pathname + location.search + location.hash
    const reason = refusal?.code
    location.replace(
      `${addressOf('/sign-in/')}?${new URLSearchParams({ next, ...(reason !== undefined && { reason }) })}`,
    )
  }, [mustLeave, refusal?.code])

  if (me.data === undefined) {
    if (me.isError && !mustLeave) return <Failed error={me.error} retry={() => void me.refetch()} />
    return waiting
  }
  return (
    <MeContext value={me.data}>
      {children}
      {endReason !== undefined && <SessionOverDialog reason={endReason} me={me.data} />}
    </MeContext>
  )
}

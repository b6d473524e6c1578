import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useRef } from 'react'
import { ask } from '../api/api.ts'
import { useLanguage } from '../texts/texts.tsx'
import { type Me, meQuery } from './session.ts'

/**
 * Keeps the language of the pages and that of the account the same: the account's language counts once somebody is signed
 * in, and a language chosen while signed in, on any page, becomes the account's.
 */
export function useAccountLanguage(me: Me | undefined): void {
  const queries = useQueryClient()
  const { locale, choose } = useLanguage()
  const ofAccount = me?.locale ?? undefined
  const shown = useRef(locale)

  useEffect(() => {
    if (ofAccount !== undefined) choose(ofAccount)
  }, [ofAccount, choose])

  const store = useEffectEvent(async () => {
    if (me === undefined || locale === ofAccount) return
    const changed = await ask('PATCH /me', { body: { locale } })
    queries.setQueryData(meQuery.queryKey, (before: Me | undefined) => ({ ...before, ...changed }))
  })
  useEffect(() => {
    if (shown.current === locale) return
    shown.current = locale
    // This browser remembers the choice in any case.
    store().catch(() => {})
  }, [locale])
}

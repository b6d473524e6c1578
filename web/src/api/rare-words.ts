import type { Locale } from '../texts/locale.ts'
import type { Problem } from './problem.ts'
import type { rareTexts } from './rare-texts.ts'

let texts: typeof rareTexts | undefined

/** Loads the words for a problem before it is shown. Without a connection there are only the words for every problem. */
export async function loadRareWords(): Promise<void> {
  texts ??= (await import('./rare-texts.ts').catch(() => undefined))?.rareTexts
}

/** The words for a code that `problemTexts` lacks; undefined if nobody knows it. */
export function rareProblemWords({ code }: Problem, locale: Locale): string | undefined {
  return find(texts?.[locale].problems, code)
}

/** The words for a fault that `faultTexts` lacks; undefined if nobody knows it. */
export function rareFaultWords(fault: string, locale: Locale): string | undefined {
  return find(texts?.[locale].faults, fault)
}

function find(words: Readonly<Record<string, string>> | undefined, name: string): string | undefined {
  return words !== undefined && Object.hasOwn(words, name) ? words[name] : undefined
}

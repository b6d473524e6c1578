import type { Locale } from '../texts/locale.ts'
import type { Problem } from './problem.ts'
import type { rareTexts } from './rare-texts.ts'

let texts: typeof rareTexts | undefined

/** Loads the texts for a problem before it is shown. Without a connection, only the common texts are available. */
export async function loadRareWords(): Promise<void> {
  texts ??= (await import('./rare-texts.ts').catch(() => undefined))?.rareTexts
}

/** The text for a code that `problemTexts` lacks; undefined if there is none. */
export function rareProblemWords({ code }: Problem, locale: Locale): string | undefined {
  return find(texts?.[locale].problems, code)
}

/** The text for a fault that `faultTexts` lacks; undefined if there is none. */
export function rareFaultWords(fault: string, locale: Locale): string | undefined {
  return find(texts?.[locale].faults, fault)
}

function find(words: Readonly<Record<string, string>> | undefined, name: string): string | undefined {
  return words !== undefined && Object.hasOwn(words, name) ? words[name] : undefined
}

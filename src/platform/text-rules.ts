/** The possible faults of a text, whatever it means. Each contract chooses its own words for them. */
export type TextFault =
  | { fault: 'too_long'; limit: number }
  | { fault: 'null_character' }
  | { fault: 'surrogate'; codePoint: string }
  | { fault: 'invisible_character'; codePoint: string }

/** The number of characters as people count them: code points, not UTF-16 units. */
function codePointLength(text: string): number {
  let length = text.length
  for (let index = 0; index < text.length - 1; index++) {
    if (isHighSurrogate(text.charCodeAt(index)) && isLowSurrogate(text.charCodeAt(index + 1))) {
      length--
      index++
    }
  }
  return length
}

/**
 * The faults of a text that will be stored: more than `limit` code points (no limit if undefined), U+0000 (PostgreSQL
 * cannot store it, and some hashes end at it), or half a surrogate pair (not a character).
 */
export function textFaults(text: string, limit?: number): TextFault[] {
  const faults: TextFault[] = []
  if (limit !== undefined && text.length > limit && codePointLength(text) > limit) {
    faults.push({ fault: 'too_long', limit })
  }
  if (text.includes('\0')) faults.push({ fault: 'null_character' })
  if (!text.isWellFormed()) faults.push({ fault: 'surrogate', codePoint: firstLoneSurrogate(text) })
  return faults
}

/**
 * Invisible characters: controls, format characters such as zero-width spaces and direction marks, tags, variation
 * selectors, line and paragraph separators, fillers, and unassigned code points. The Braille blank is the only one that
 * Unicode calls a symbol.
 */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u

/** Whether a text contains an invisible character. */
export function hasUnseen(text: string): boolean {
  return UNSEEN.test(text)
}

/**
 * The faults of a text by which people recognise somebody or something: those of any text, and its first invisible
 * character. With such characters, two different names could look the same. They are refused and never dropped.
 */
export function nameTextFaults(text: string, limit?: number): TextFault[] {
  const faults = textFaults(text, limit)
  if (faults.some(({ fault }) => fault !== 'too_long')) return faults
  const [unseen] = UNSEEN.exec(text) ?? []
  return unseen === undefined ? faults : [...faults, { fault: 'invisible_character', codePoint: codePointOf(unseen) }]
}

function codePointOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

function firstLoneSurrogate(text: string): string {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (isHighSurrogate(unit) && isLowSurrogate(text.charCodeAt(index + 1))) index++
    else if (isHighSurrogate(unit) || isLowSurrogate(unit)) return `U+${unit.toString(16).toUpperCase()}`
  }
  throw new Error('the text has no lone surrogate')
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}

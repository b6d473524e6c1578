/** What can be wrong with a text, whatever it means. Each contract chooses the words. */
export type TextFault =
  | { fault: 'too_long'; limit: number }
  | { fault: 'null_character' }
  | { fault: 'surrogate'; codePoint: string }

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

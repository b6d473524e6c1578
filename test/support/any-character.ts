import fc from 'fast-check'

/**
 * Any code point except half a surrogate pair. fast-check's own unit `binary` is the same, but takes seconds to build
 * in each file that uses it.
 */
export const anyCharacter = fc
  .oneof(
    fc.integer({ min: 0, max: 0x7f }),
    fc.integer({ min: 0x80, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0x10ffff }),
  )
  .map((codePoint) => String.fromCodePoint(codePoint))

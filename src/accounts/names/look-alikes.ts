/** Alphabets with letters that look like Latin ones. */
const KINDRED =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Lisu}\p{Script=Coptic}]/gu

/**
 * The letters of these alphabets that look Latin (Unicode's confusables.txt): of Cyrillic, Greek and Armenian; and the
 * three alphabets where nearly all letters do. Written as numbers, because nobody could tell them apart here either.
 */
const LOOKS_LATIN = new RegExp(
  [
    '[\\u0430\\u0435\\u043a\\u043e\\u0440\\u0441\\u0443\\u0445\\u0455\\u0456\\u0458\\u0475\\u04ae\\u04af\\u04bb\\u04c0\\u04cf',
    '\\u0500\\u0501\\u051a-\\u051d\\u0405\\u0406\\u0408\\u0410\\u0412\\u0415\\u041a\\u041c-\\u041e\\u0420-\\u0423\\u0425',
    '\\u03b1\\u03b9\\u03ba\\u03bd\\u03bf\\u03c1\\u03c5\\u03c7\\u03c9\\u0391\\u0392\\u0395-\\u0397\\u0399\\u039a\\u039c\\u039d\\u039f',
    '\\u03a1\\u03a4\\u03a5\\u03a7\\u0570\\u0578\\u057d\\u0585\\u0555',
    '\\p{Script=Cherokee}\\p{Script=Lisu}\\p{Script=Coptic}]',
  ].join(''),
  'u',
)

const LATIN = /\p{Script=Latin}/u

/**
 * Whether a name is Latin except for letters that only look Latin. To the eye it is somebody else's name; to the
 * database it is different (Unicode Technical Standard #39). This does not apply to a name in a single alphabet, or one
 * in which the other alphabet is visible. Linear in the length of the name.
 */
export function mimicsLatin(name: string): boolean {
  const others = name.match(KINDRED)
  return others !== null && LATIN.test(name) && others.every((letter) => LOOKS_LATIN.test(letter))
}

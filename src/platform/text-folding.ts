/**
 * Full case folding, which JavaScript lacks. It goes through upper case, so that `ß` meets `ss` and dotless `ı` meets
 * `i`. Before that it goes through lower case, because upper case leaves the capital `ẞ` as it is. A final sigma
 * depends on its position and becomes the ordinary one.
 */
export function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ').replaceAll('i̇', 'i')
}

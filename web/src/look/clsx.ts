/** Class names in one text; what is empty or undefined is left out. */
export function clsx(...names: (string | false | undefined)[]): string {
  return names.filter(Boolean).join(' ')
}

/** Class names in one string; empty and undefined ones are left out. */
export function clsx(...names: (string | false | undefined)[]): string {
  return names.filter(Boolean).join(' ')
}

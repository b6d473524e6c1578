/** The name that a member has on the wire and in the audit log: `firstName` is `first_name`. */
export function wireName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

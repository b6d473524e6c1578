/** The name of a member on the wire and in the audit log: `firstName` becomes `first_name`. */
export function wireName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

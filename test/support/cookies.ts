import type { WireAnswer } from './http-client.ts'

/** A cookie as a response sets it: its value, and its attributes as written. */
type SetCookie = { name: string; value: string; attributes: string[] }

/** The cookies that a response sets, in order. */
export function cookiesOf({ headers }: Pick<WireAnswer, 'headers'>): SetCookie[] {
  return (headers['set-cookie'] ?? []).map((line) => {
    const [pair = '', ...attributes] = line.split('; ')
    const end = pair.indexOf('=')
    return { name: pair.slice(0, end), value: pair.slice(end + 1), attributes }
  })
}

/** The `Cookie` header of a browser that has stored the cookies of these responses; later ones replace earlier ones. */
export function cookieHeader(...answers: Pick<WireAnswer, 'headers'>[]): string {
  const kept = new Map(answers.flatMap(cookiesOf).map(({ name, value }) => [name, value]))
  return [...kept].map(([name, value]) => `${name}=${value}`).join('; ')
}

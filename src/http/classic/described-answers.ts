import { Type } from 'typebox'

/** A refusal in the words of Django REST framework (section 2). */
const refusal = Type.Object(
  {
    detail: Type.String(),
    code: Type.Optional(Type.String()),
    challenge_token: Type.Optional(
      Type.String({
        description: 'With `second_factor_required`: completes the login at `/api/v1/login/second-factor`',
      }),
    ),
    factors: Type.Optional(Type.Array(Type.String(), { description: 'Any one of these completes it' })),
    enrollable: Type.Optional(Type.Array(Type.String(), { description: 'Or what must be set up first' })),
    expires_in: Type.Optional(Type.Integer({ description: 'Seconds until the challenge is over' })),
    step_up: Type.Optional(
      Type.Object(
        { path: Type.String(), with: Type.Array(Type.String()) },
        { description: 'Where the session can prove itself again, and with what' },
      ),
    ),
    messages: Type.Optional(
      Type.Array(Type.Object({ token_class: Type.String(), token_type: Type.String(), message: Type.String() }), {
        description: 'Why the token in the header is refused',
      }),
    ),
  },
  { title: 'ClassicRefusal' },
)

/** The invalid fields with their messages (section 3). */
const fieldErrors = Type.Record(Type.String(), Type.Array(Type.String()), {
  title: 'ClassicFieldErrors',
  description: 'The messages of each faulty field; `non_field_errors` for the request as a whole',
})

/** The media types of a body (section 1.2). */
export const classicBodyTypes = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data']

type DescribedView = {
  hasBody: boolean
  hasId: boolean
  header: 'required' | 'checked' | 'ignored'
  /** What refusals call their `detail`. */
  detailName: string
}

/** Every refusal that a view may answer, by status, as responses of OpenAPI. */
export function describedAnswers({ hasBody, hasId, header, detailName }: DescribedView): Record<number, object> {
  const statuses: [number, string][] = [
    [400, 'The request is invalid'],
    [403, 'Not allowed'],
    [406, 'The client does not accept JSON'],
    [413, 'The body is too large'],
    [429, 'Too many requests'],
    [500, 'The server failed'],
    [503, 'Try again later'],
  ]
  // Without a header, the refusal is about the credentials or the token in the body.
  if (hasBody || header !== 'ignored') statuses.push([401, 'Not authenticated'])
  if (hasId) statuses.push([404, 'Not found'])
  if (hasBody) statuses.push([415, 'The media type of the body is not supported'])
  return Object.fromEntries(statuses.map(([status, description]) => [status, answer(status, description, detailName)]))
}

function answer(status: number, description: string, detailName: string): object {
  const described = detailName === 'detail' ? refusal : renamedRefusal(detailName)
  const schema = status === 400 ? Type.Union([described, fieldErrors]) : described
  return { description, headers: headersOf(status), content: { 'application/json': { schema } } }
}

function renamedRefusal(detailName: string): object {
  const { detail, ...others } = refusal.properties
  return Type.Object({ [detailName]: detail, ...others })
}

function headersOf(status: number): Record<string, object> {
  if (status === 401) return { 'www-authenticate': { type: 'string' } }
  if (status === 429 || status === 503) return { 'retry-after': { type: 'string', description: 'In seconds' } }
  return {}
}

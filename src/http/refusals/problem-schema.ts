import { Type } from 'typebox'

const members = {
  type: Type.Literal('about:blank'),
  title: Type.String({ description: 'For people' }),
  status: Type.Integer({ minimum: 400, maximum: 599 }),
  code: Type.String({
    description: 'For programs: an error code of the manual; for an ended session its end reason; for a hook its code',
  }),
  challenge_token: Type.Optional(
    Type.String({ description: 'With `second_factor_required` at a login: identifies the login' }),
  ),
  factors: Type.Optional(Type.Array(Type.String(), { description: 'Any one of these factors completes the login' })),
  enrollable: Type.Optional(
    Type.Array(Type.String(), {
      description: 'The factors that can be set up to complete it, if the account must have one',
    }),
  ),
  expires_in: Type.Optional(Type.Integer({ description: 'How many seconds are left to complete it' })),
  step_up: Type.Optional(
    Type.Object(
      { path: Type.String(), with: Type.Array(Type.String()) },
      { description: 'How the session can prove itself again: the path, and the factors that it takes' },
    ),
  ),
  errors: Type.Optional(
    Type.Array(
      Type.Object(
        { field: Type.String({ description: 'A JSON Pointer without the first slash' }), fault: Type.String() },
        { title: 'FieldFault', additionalProperties: true },
      ),
      { description: 'With `invalid_fields`: each fault' },
    ),
  ),
}

/** A refusal as v1 answers it (RFC 9457). */
export const problemSchema = Type.Object(members, { title: 'Problem' })

/** The same for services, which read `error` (RFC 6749 §5.2). */
export const oauthProblemSchema = Type.Object(
  { error: Type.Enum(['invalid_client', 'invalid_request', 'temporarily_unavailable', 'server_error']), ...members },
  { title: 'OAuthProblem' },
)

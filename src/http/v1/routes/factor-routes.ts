import { Type } from 'typebox'
import { fieldRefusal } from '../../../errors.ts'
import type { OwnFactors } from '../../../flows/mfa/own-factors.ts'
import type { ProvenSession, StepUp } from '../../../flows/mfa/step-up.ts'
import { countedPassword } from '../../../passwords/counted-password.ts'
import { callerOf } from '../../credentials/caller.ts'
import { type ApiRoute, apiRoute, ownerOf } from '../route.ts'
import { timeSchema, wireTime } from '../wire.ts'
import { challengeToken, factorSchema, factorType, presentFactor, proofFields } from './factor-json.ts'
import { begunSchema } from './second-factor-routes.ts'

export type FactorRouteParts = { ownFactors: OwnFactors; stepUp: StepUp; trimPasswords: boolean }

const NAME_LIMIT = 100
const name = Type.String({ maxLength: NAME_LIMIT })

const enrolment = Type.Object({
  ...begunSchema.properties,
  secret: Type.Optional(Type.String({ description: 'For an authenticator app, in base32' })),
  uri: Type.Optional(Type.String({ description: 'The same as an `otpauth:` URI, for a QR code' })),
  codes: Type.Optional(Type.Array(Type.String(), { description: 'The recovery codes. They are shown only now' })),
})
const proven = Type.Object({
  proven_at: timeSchema,
  amr: Type.Array(Type.String(), { description: 'What the session has proven, as RFC 8176 values' }),
})

/** The caller's own factors, and proving one's identity again within a session. */
export function factorRoutes({ ownFactors, stepUp, trimPasswords }: FactorRouteParts): ApiRoute[] {
  const common = { access: 'caller', tag: 'account' } as const
  return [
    apiRoute({
      ...common,
      method: 'GET',
      path: '/me/factors',
      summary: 'List my second factors and passkeys',
      answer: {
        status: 200,
        schema: Type.Object({
          factors: Type.Array(factorSchema),
          available: Type.Array(factorType, { description: 'The factors that can be added' }),
          passkeys: Type.Optional(
            Type.Object(
              { rp_id: Type.String(), user_handle: Type.String() },
              {
                description:
                  'How browsers identify my passkeys, for `PublicKeyCredential.signalAllAcceptedCredentials`',
              },
            ),
          ),
        }),
      },
      handle: async ({ request }) => {
        const { factors, available, passkeys } = await ownFactors.list(callerOf(request).account.id)
        return {
          factors: factors.map(presentFactor),
          available,
          ...(passkeys && { passkeys: { rp_id: passkeys.rpId, user_handle: passkeys.userHandle } }),
        }
      },
    }),
    apiRoute({
      ...common,
      method: 'POST',
      path: '/me/factors',
      needsRecentLogin: true,
      summary: 'Begin to add a factor',
      description:
        'Nothing changes until you confirm it, within ten minutes. `recovery_code` creates new codes; the previous ones work ' +
        'until the new ones are confirmed.',
      body: Type.Object({ factor: factorType }),
      answer: { status: 200, schema: enrolment },
      refusals: ['factor_unavailable', 'passkeys_unavailable', 'no_mail', 'too_many_factors', 'overloaded'],
      handle: (asked) => ownFactors.begin(ownerOf(asked), asked.body.factor),
    }),
    apiRoute({
      ...common,
      method: 'POST',
      path: '/me/factors/confirm',
      needsRecentLogin: true,
      summary: 'Confirm a factor that was begun',
      description:
        'Send a code, or what the browser returned for a passkey. For `recovery_code`, `saved` confirms that the codes are ' +
        'saved. With the first factor, the response contains recovery codes: save them, then confirm `recovery_code`. ' +
        'Trusted devices must show a second factor again.',
      body: Type.Object({
        factor: factorType,
        ...proofFields,
        saved: Type.Optional(Type.Literal(true)),
        name: Type.Optional(name),
      }),
      answer: {
        status: 201,
        schema: Type.Object({
          factor: factorSchema,
          recovery_codes: Type.Optional(Type.Array(Type.String())),
        }),
      },
      refusals: ['challenge_not_valid', 'passkey_exists', 'overloaded'],
      handle: async (asked) => {
        const { factor, code, credential, saved, name } = asked.body
        const presented = { code, credential, saved }
        const { added, recoveryCodes } = await ownFactors.finish(ownerOf(asked), factor, presented, name)
        return { factor: presentFactor(added), ...(recoveryCodes && { recovery_codes: recoveryCodes }) }
      },
    }),
    apiRoute({
      ...common,
      method: 'PATCH',
      path: '/me/factors/:id',
      summary: 'Rename one of my factors',
      body: Type.Object({ name }),
      answer: { status: 204 },
      refusals: ['not_found'],
      handle: async (asked) => ownFactors.rename(ownerOf(asked), asked.params.id ?? '', asked.body.name),
    }),
    apiRoute({
      ...common,
      method: 'DELETE',
      path: '/me/factors/:id',
      needsRecentLogin: true,
      summary: 'Remove one of my factors',
      description:
        'With the last one, the recovery codes stop working too. Trusted devices must show a second factor again.',
      answer: { status: 204 },
      refusals: ['not_found', 'factor_needed'],
      handle: async (asked) => ownFactors.remove(ownerOf(asked), asked.params.id ?? ''),
    }),
    apiRoute({
      ...common,
      method: 'POST',
      path: '/me/step-up/begin',
      summary: 'Begin to prove who I am again',
      description: 'Needed for passkeys and for mailed codes.',
      body: Type.Object({ factor: factorType }),
      answer: { status: 200, schema: Type.Object({ challenge_token: challengeToken, ...begunSchema.properties }) },
      refusals: ['factor_unavailable', 'challenge_not_valid'],
      handle: async (asked) => {
        const { token, answer } = await stepUp.begin(ownerOf(asked), asked.body.factor)
        return { challenge_token: token, ...answer }
      },
    }),
    apiRoute({
      ...common,
      method: 'POST',
      path: '/me/step-up',
      summary: 'Prove who I am again, without a new login',
      description:
        'Send the password, or a factor if the account has one. After that, the session may do what needs a recent ' +
        'login. The next access token has the new claims.',
      body: Type.Object({
        password: Type.Optional(Type.String({ minLength: 1, format: 'password' })),
        factor: Type.Optional(factorType),
        challenge_token: Type.Optional(challengeToken),
        ...proofFields,
      }),
      answer: { status: 200, schema: proven },
      refusals: ['second_factor_required', 'challenge_not_valid', 'overloaded'],
      handle: async (asked) => {
        const { password, factor, challenge_token: token, code, credential } = asked.body
        const owner = ownerOf(asked)
        if (factor !== undefined) return present(await stepUp.withFactor(owner, factor, token, { code, credential }))
        if (password === undefined) throw fieldRefusal('password', 'required')
        return present(await stepUp.withPassword(owner, countedPassword(password, trimPasswords)))
      },
    }),
  ]
}

function present({ amr, provenAt }: ProvenSession) {
  return { proven_at: wireTime(provenAt), amr }
}

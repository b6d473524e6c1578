import { Type } from 'typebox'
import { AuthError } from '../../../../errors.ts'
import type { KeyRefusal, ListedKey, ManageKeys } from '../../../../flows/keys/manage-keys.ts'
import { keyStates } from '../../../../keys/signing-key.ts'
import { type ApiRoute, administratorOf, apiRoute } from '../../route.ts'
import { orNull, timeSchema, wireTime } from '../../wire.ts'

export type KeyRouteParts = { manageKeys: ManageKeys; listKeys(): Promise<ListedKey[]> }

const keys = Type.Object({
  keys: Type.Array(
    Type.Object(
      {
        kid: Type.String(),
        algorithm: Type.String(),
        state: Type.Enum([...keyStates]),
        created_at: timeSchema,
        activated_at: orNull(timeSchema),
        superseded_at: orNull(timeSchema),
        retires_at: orNull(timeSchema),
        retired_at: orNull(timeSchema),
      },
      { title: 'SigningKey' },
    ),
  ),
})

/** The signing keys, for administrators. */
export function keyRoutes({ manageKeys, listKeys }: KeyRouteParts): ApiRoute[] {
  return [
    apiRoute({
      method: 'GET',
      path: '/admin/keys',
      access: 'staff',
      permission: 'keys.view',
      tag: 'administration',
      summary: 'List the signing keys, oldest first',
      answer: { status: 200, schema: keys },
      handle: async () => ({ keys: (await listKeys()).map(presentKey) }),
    }),
    apiRoute({
      method: 'POST',
      path: '/admin/keys/rotate',
      access: 'staff',
      permission: 'keys.change',
      needsRecentLogin: true,
      tag: 'administration',
      summary: 'Rotate the signing keys',
      description:
        'The next key signs as soon as every verifier has had the time to read the new key set. `takes_effect_at` says ' +
        'when. With `now=true` it signs at once, for a key that leaked: APIs that cached the key set may refuse new ' +
        'tokens for up to ten minutes. Tokens signed by the previous key stay valid; retire that key to refuse them. ' +
        '`takes_effect_at` is null if another request rotated at the same moment.',
      refusals: ['key_is_fixed', 'unavailable'],
      query: Type.Object({
        now: Type.Optional(Type.Boolean({ description: 'Do not wait for verifiers. Default false' })),
      }),
      answer: {
        status: 200,
        schema: Type.Object({
          rotated: Type.Boolean({ description: 'Whether the next key signs already' }),
          takes_effect_at: orNull(timeSchema),
        }),
      },
      handle: async (asked) => {
        const outcome = await manageKeys.rotate(administratorOf(asked), asked.query.now === true)
        switch (outcome.kind) {
          case 'rotated':
          case 'scheduled':
            return { rotated: outcome.kind === 'rotated', takes_effect_at: wireTime(outcome.takesEffectAt) }
          case 'already_rotated':
            return { rotated: false, takes_effect_at: null }
          default:
            throw keyRefusal(outcome)
        }
      },
    }),
    apiRoute({
      method: 'POST',
      path: '/admin/keys/:kid/retire',
      access: 'staff',
      permission: 'keys.change',
      needsRecentLogin: true,
      tag: 'administration',
      summary: 'Destroy a key and refuse all tokens it signed',
      description:
        'Use this for a key that may have leaked. Sessions whose refresh token it signed end with `key_retired`, all at ' +
        'once. The list of sessions and the events show each of them within seconds or, if there are very many, minutes. ' +
        '`ended` says how many they are; it is null if there are too many sessions to count them at once.',
      refusals: ['not_found', 'key_is_fixed', 'unavailable'],
      answer: { status: 200, schema: Type.Object({ ended: orNull(Type.Integer({ minimum: 0 })) }) },
      handle: async (asked) => {
        const outcome = await manageKeys.retire(asked.params.kid ?? '', false, administratorOf(asked))
        if (outcome.kind === 'retired') return { ended: outcome.endedSessions ?? null }
        throw outcome.kind === 'unknown' ? new AuthError('not_found') : keyRefusal(outcome)
      },
    }),
  ]
}

/** A running server has keys and can decrypt them. So every refusal but `fixed` is an error of its own. */
function keyRefusal(refusal: KeyRefusal): AuthError {
  return new AuthError(refusal.kind === 'fixed' ? 'key_is_fixed' : 'unavailable', { detail: refusal.kind })
}

function presentKey(key: ListedKey) {
  return {
    kid: key.kid,
    algorithm: key.algorithm,
    state: key.state,
    created_at: wireTime(key.createdAt),
    activated_at: wireTime(key.activatedAt),
    superseded_at: wireTime(key.supersededAt),
    retires_at: wireTime(key.retiresAt),
    retired_at: wireTime(key.retiredAt),
  }
}

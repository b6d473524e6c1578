import { Type } from 'typebox'
import type { FactorAdministration } from '../../../flows/mfa/factor-administration.ts'
import { callerOf } from '../../credentials/caller.ts'
import { type ApiRoute, administratorOf, apiRoute, ownerOf } from '../route.ts'
import { readId, timeSchema, wireTime } from '../wire.ts'
import { factorMembers, presentFactorMembers, presentTrustedDevice, trustedDeviceSchema } from './factor-json.ts'

export type FactorRecoveryRouteParts = { factorAdministration: FactorAdministration }

const devices = Type.Object({ devices: Type.Array(trustedDeviceSchema) })

/** Trusted devices, and recovery for people who lost their factors. */
export function factorRecoveryRoutes({ factorAdministration }: FactorRecoveryRouteParts): ApiRoute[] {
  const { list, remove, keep, issueCode, untrustAll, ownDevices, untrustOwn } = factorAdministration
  const own = { access: 'caller', tag: 'account' } as const
  const admin = { access: 'staff', tag: 'administration' } as const
  return [
    apiRoute({
      ...own,
      method: 'GET',
      path: '/me/trusted-devices',
      summary: 'List the devices on which I am not asked for a second factor',
      answer: { status: 200, schema: devices },
      handle: async (asked) => ({ devices: (await ownDevices(ownerOf(asked))).map(presentTrustedDevice) }),
    }),
    apiRoute({
      ...own,
      method: 'DELETE',
      path: '/me/trusted-devices/:id',
      summary: 'Stop trusting one of my devices',
      answer: { status: 204 },
      refusals: ['not_found'],
      handle: (asked) => untrustOwn(ownerOf(asked), asked.params.id ?? ''),
    }),
    apiRoute({
      ...own,
      method: 'POST',
      path: '/me/factors/:id/keep',
      summary: "Cancel an administrator's removal of one of my factors",
      answer: { status: 204 },
      refusals: ['not_found'],
      handle: (asked) => keep(callerOf(asked.request).account.id, asked.params.id ?? '', ownerOf(asked)),
    }),
    apiRoute({
      ...admin,
      method: 'GET',
      path: '/admin/users/:id/factors',
      permission: 'accounts.view',
      summary: 'List the second factors, passkeys and trusted devices of an account',
      answer: {
        status: 200,
        schema: Type.Object({
          factors: Type.Array(Type.Object(factorMembers)),
          devices: Type.Array(trustedDeviceSchema),
        }),
      },
      refusals: ['not_found'],
      handle: async ({ params }) => {
        const { factors, devices } = await list(readId(params.id))
        return { factors: factors.map(presentFactorMembers), devices: devices.map(presentTrustedDevice) }
      },
    }),
    apiRoute({
      ...admin,
      method: 'DELETE',
      path: '/admin/users/:id/factors/:factor_id',
      permission: 'accounts.change',
      needsRecentLogin: true,
      summary: 'Remove a factor of an account and end all its sessions',
      description:
        'The owner gets an email at once. The removal takes effect after RECOVERY_DELAY. Until then, the owner can cancel it.',
      answer: { status: 200, schema: Type.Object({ effective_at: timeSchema }) },
      refusals: ['not_found', 'own_account'],
      handle: async (asked) => {
        const { id, factor_id: factorId = '' } = asked.params
        return { effective_at: wireTime(await remove(readId(id), factorId, administratorOf(asked))) }
      },
    }),
    apiRoute({
      ...admin,
      method: 'POST',
      path: '/admin/users/:id/factors/:factor_id/keep',
      permission: 'accounts.change',
      summary: 'Cancel the removal of a factor that has not taken effect',
      answer: { status: 204 },
      refusals: ['not_found'],
      handle: (asked) => keep(readId(asked.params.id), asked.params.factor_id ?? '', administratorOf(asked)),
    }),
    apiRoute({
      ...admin,
      method: 'POST',
      path: '/admin/users/:id/recovery-code',
      permission: 'accounts.change',
      needsRecentLogin: true,
      summary: 'Issue a recovery code for somebody who lost their factors',
      description:
        'It works once, for a day, in place of a second factor; the password is still needed. It is shown only now. The ' +
        'owner gets an email. With RECOVERY_DELAY it works only after that time. A code that was issued before stops working.',
      answer: {
        status: 201,
        schema: Type.Object({ code: Type.String(), valid_from: timeSchema, valid_until: timeSchema }),
      },
      refusals: ['not_found', 'own_account', 'factor_unavailable', 'overloaded'],
      handle: async (asked) => {
        const { code, validFrom, validUntil } = await issueCode(readId(asked.params.id), administratorOf(asked))
        return { code, valid_from: wireTime(validFrom), valid_until: wireTime(validUntil) }
      },
    }),
    apiRoute({
      ...admin,
      method: 'DELETE',
      path: '/admin/users/:id/trusted-devices',
      permission: 'accounts.change',
      summary: 'Stop trusting all devices of an account',
      answer: { status: 200, schema: Type.Object({ revoked: Type.Integer() }) },
      refusals: ['not_found'],
      handle: async (asked) => ({ revoked: await untrustAll(readId(asked.params.id), administratorOf(asked)) }),
    }),
  ]
}

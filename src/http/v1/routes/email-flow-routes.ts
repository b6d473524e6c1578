import { Type } from 'typebox'
import { EMAIL_LIMIT } from '../../../accounts/names/email-address.ts'
import type { EmailFlow } from '../../../flows/mail/email-flow.ts'
import type { AskForMail } from '../../../flows/mail/mail-requests.ts'
import { withCountedPassword } from '../../body/json-body.ts'
import { callerOf } from '../../credentials/caller.ts'
import { type ApiRoute, apiRoute } from '../route.ts'
import { ownAccountSchema, presentOwnAccount } from './account-json.ts'

export type EmailFlowRouteParts = {
  emailFlows: readonly EmailFlow[]
  askForMail: AskForMail
  trimPasswords: boolean
}

const accepted = Type.Object({ status: Type.Literal('accepted') })
const confirmed = Type.Object({
  status: Type.Literal('confirmed'),
  account: Type.Optional(ownAccountSchema),
})

/** Anything that looks like an address, in any alphabet. Latchkey does not look up its owner while the client waits. */
const addressBody = Type.Object({
  email: Type.String({
    maxLength: EMAIL_LIMIT,
    pattern: '^[^@\\s]+@[^@\\s]+$',
    description: 'The response is the same for known and unknown addresses',
  }),
})

/** All operations that are confirmed by email: request them, and confirm them with the token of the link. */
export function emailFlowRoutes({ emailFlows, askForMail, trimPasswords }: EmailFlowRouteParts): ApiRoute[] {
  return emailFlows.flatMap((flow) => [askRoute(flow, askForMail, trimPasswords), confirmRoute(flow, trimPasswords)])
}

function askRoute({ purpose, ask }: EmailFlow, askForMail: AskForMail, trimPasswords: boolean): ApiRoute {
  const common = {
    method: 'POST',
    path: ask.path,
    summary: ask.summary,
    tag: ask.by === 'staff' ? 'administration' : 'account',
    answer: { status: 202, schema: accepted },
  } as const
  if (ask.by === 'address') {
    return apiRoute({
      ...common,
      access: 'anybody',
      limits: ['mail-request-per-address'],
      body: addressBody,
      handle: async ({ body, origin }) => {
        await askForMail(purpose, body.email, origin)
        return { status: 'accepted' }
      },
    })
  }
  return apiRoute({
    ...common,
    access: ask.by,
    ...(ask.by === 'caller' && { limits: ['mail-request-per-address'] as const, needsSecondFactor: true }),
    ...(ask.permission && { permission: ask.permission }),
    body: ask.body,
    handle: async ({ request, body, origin }) => {
      await ask.start(withCountedPassword(body, trimPasswords), callerOf(request), origin)
      return { status: 'accepted' }
    },
  })
}

function confirmRoute({ confirm }: EmailFlow, trimPasswords: boolean): ApiRoute {
  return apiRoute({
    method: 'POST',
    path: confirm.path,
    access: 'anybody',
    tag: 'account',
    summary: confirm.summary,
    body: confirm.body,
    answer: { status: 200, schema: confirmed },
    refusals: ['one_time_token_not_valid', ...(confirm.refusals ?? [])],
    handle: async ({ body, origin }) => {
      const account = await confirm.confirm(withCountedPassword(body, trimPasswords), origin)
      return { status: 'confirmed', ...(account && { account: presentOwnAccount(account) }) }
    },
  })
}

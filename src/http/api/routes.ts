import { type AccountRouteParts, accountRoutes } from './account-routes.ts'
import { type AdminAccountRouteParts, adminAccountRoutes } from './admin-account-routes.ts'
import { type AdminGroupRouteParts, adminGroupRoutes } from './admin-group-routes.ts'
import { type EmailFlowRouteParts, emailFlowRoutes } from './email-flow-routes.ts'
import { type EventRouteParts, eventRoutes } from './event-routes.ts'
import { type KeyRouteParts, keyRoutes } from './key-routes.ts'
import { type LoginRouteParts, loginRoutes } from './login-routes.ts'
import { outboxRoutes } from './outbox-routes.ts'
import type { ApiRoute } from './route.ts'
import { type ServiceRouteParts, serviceRoutes } from './service-routes.ts'
import { type SessionRouteParts, sessionRoutes } from './session-routes.ts'
import { type SettingsRouteParts, settingsRoutes } from './settings-routes.ts'
import { webhookRoutes } from './webhook-routes.ts'

export type RouteParts = AccountRouteParts &
  EmailFlowRouteParts &
  LoginRouteParts &
  SessionRouteParts &
  EventRouteParts &
  KeyRouteParts &
  ServiceRouteParts &
  AdminAccountRouteParts &
  AdminGroupRouteParts &
  SettingsRouteParts &
  Parameters<typeof outboxRoutes>[0] &
  Parameters<typeof webhookRoutes>[0]

/** Everything v1 can do, in the order of the manual. */
export function apiRoutes(parts: RouteParts): ApiRoute[] {
  return [
    ...accountRoutes(parts),
    ...loginRoutes(parts),
    ...emailFlowRoutes(parts),
    ...sessionRoutes(parts),
    ...eventRoutes(parts),
    ...keyRoutes(parts),
    ...adminAccountRoutes(parts),
    ...adminGroupRoutes(parts),
    ...outboxRoutes(parts),
    ...webhookRoutes(parts),
    ...settingsRoutes(parts),
    ...serviceRoutes(parts),
  ]
}

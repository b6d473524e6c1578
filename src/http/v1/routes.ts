import type { ApiRoute } from './route.ts'
import { type AccountRouteParts, accountRoutes } from './routes/account-routes.ts'
import { type AdminAccountRouteParts, adminAccountRoutes } from './routes/admin/account-routes.ts'
import { type BulkStreamRouteParts, bulkStreamRoutes } from './routes/admin/bulk-stream-routes.ts'
import { type EndSessionsRouteParts, endSessionsRoutes } from './routes/admin/end-sessions-routes.ts'
import { type AdminGroupRouteParts, adminGroupRoutes } from './routes/admin/group-routes.ts'
import { type KeyRouteParts, keyRoutes } from './routes/admin/key-routes.ts'
import { type ManyAccountsRouteParts, manyAccountsRoutes } from './routes/admin/many-accounts-routes.ts'
import { outboxRoutes } from './routes/admin/outbox-routes.ts'
import { type OverviewRouteParts, overviewRoutes } from './routes/admin/overview-routes.ts'
import { type SettingsRouteParts, settingsRoutes } from './routes/admin/settings-routes.ts'
import { type StatisticsRouteParts, statisticsRoutes } from './routes/admin/statistics-routes.ts'
import { webhookRoutes } from './routes/admin/webhook-routes.ts'
import { type EmailFlowRouteParts, emailFlowRoutes } from './routes/email-flow-routes.ts'
import { type EventRouteParts, eventRoutes } from './routes/event-routes.ts'
import { type FactorRecoveryRouteParts, factorRecoveryRoutes } from './routes/factor-recovery-routes.ts'
import { type FactorRouteParts, factorRoutes } from './routes/factor-routes.ts'
import { type LoginRouteParts, loginRoutes } from './routes/login-routes.ts'
import { type NewAccountRouteParts, newAccountRoutes } from './routes/new-account-routes.ts'
import { type SecondFactorRouteParts, secondFactorRoutes } from './routes/second-factor-routes.ts'
import { type ServiceRouteParts, serviceRoutes } from './routes/service-routes.ts'
import { type SessionRouteParts, sessionRoutes } from './routes/session-routes.ts'

export type RouteParts = AccountRouteParts &
  NewAccountRouteParts &
  EmailFlowRouteParts &
  LoginRouteParts &
  SecondFactorRouteParts &
  FactorRouteParts &
  FactorRecoveryRouteParts &
  SessionRouteParts &
  EndSessionsRouteParts &
  EventRouteParts &
  KeyRouteParts &
  ServiceRouteParts &
  AdminAccountRouteParts &
  AdminGroupRouteParts &
  ManyAccountsRouteParts &
  BulkStreamRouteParts &
  SettingsRouteParts &
  StatisticsRouteParts &
  OverviewRouteParts & { sampleRoutes: readonly ApiRoute[] } & Parameters<typeof outboxRoutes>[0] &
  Parameters<typeof webhookRoutes>[0]

/** All v1 routes, in the order of the manual. */
export function apiRoutes(parts: RouteParts): ApiRoute[] {
  return [
    ...accountRoutes(parts),
    ...newAccountRoutes(parts),
    ...loginRoutes(parts),
    ...secondFactorRoutes(parts),
    ...factorRoutes(parts),
    ...factorRecoveryRoutes(parts),
    ...emailFlowRoutes(parts),
    ...sessionRoutes(parts),
    ...endSessionsRoutes(parts),
    ...eventRoutes(parts),
    ...keyRoutes(parts),
    ...adminAccountRoutes(parts),
    ...manyAccountsRoutes(parts),
    ...bulkStreamRoutes(parts),
    ...adminGroupRoutes(parts),
    ...outboxRoutes(parts),
    ...webhookRoutes(parts),
    ...settingsRoutes(parts),
    ...statisticsRoutes(parts),
    ...overviewRoutes(parts),
    ...parts.sampleRoutes,
    ...serviceRoutes(parts),
  ]
}

import { accountSettings } from '../accounts/settings.ts'
import { auditSettings } from '../audit/settings.ts'
import { hookSettings } from '../hooks/settings.ts'
import { djoserSettings } from '../http/djoser/settings.ts'
import { siteSettings } from '../http/pages/settings.ts'
import { httpSettings } from '../http/settings.ts'
import { keySettings } from '../keys/settings.ts'
import { mailSettings } from '../mail/settings.ts'
import { metricsSettings } from '../metrics/settings.ts'
import { mfaSettings } from '../mfa/settings.ts'
import { hashCostSettings, passwordSettings } from '../passwords/settings.ts'
import type { SettingFacts, SettingForm, SettingGroup } from '../platform/setting.ts'
import { postSettings } from '../posts/settings.ts'
import { rateLimitSettings } from '../rate-limits/settings.ts'
import { serviceSettings } from '../services/settings.ts'
import { sessionSettings } from '../sessions/settings.ts'
import { storageSettings } from '../storage/settings.ts'
import { carryOverSettings } from '../tokens/carry-over/settings.ts'
import { tokenSettings } from '../tokens/settings.ts'
import { webhookSettings } from '../webhooks/settings.ts'
import { generalSettings } from './general-settings.ts'

type AnyGroup = Pick<SettingGroup, 'title' | 'properties'>

/** Every concept's settings, in the order of the manual. */
const settingGroups: readonly AnyGroup[] = [
  generalSettings,
  httpSettings,
  storageSettings,
  keySettings,
  tokenSettings,
  sessionSettings,
  carryOverSettings,
  mfaSettings,
  serviceSettings,
  accountSettings,
  djoserSettings,
  siteSettings,
  passwordSettings,
  hashCostSettings,
  auditSettings,
  postSettings,
  rateLimitSettings,
  mailSettings,
  hookSettings,
  webhookSettings,
  metricsSettings,
]

/** A setting as the manual and `doctor` describe it. */
export type SettingDescription = {
  /** Its heading. */
  group: string
  name: string
  /** The default, in Markdown: a value between backticks, or words if it depends on other settings. */
  default: string
  description: string
  /** Whether its value must not be shown, and can be read from a file with `NAME_FILE`. */
  isSecret: boolean
  form: SettingForm
  /** The words of a `choice`; otherwise empty. */
  choices: readonly string[]
}

/** All settings, in the order of the manual. */
export function describeSettings(): SettingDescription[] {
  return settingGroups.flatMap((group) =>
    factsOf(group).map((facts) => ({
      group: group.title,
      name: facts.name,
      default: facts.derivedDefault ?? `\`${facts.default}\``,
      description: facts.description,
      isSecret: facts.isSecret,
      form: facts.form,
      choices: facts.choices,
    })),
  )
}

/** The facts about every setting, for code that reads the environment. */
export function allSettingFacts(): SettingFacts[] {
  return settingGroups.flatMap(factsOf)
}

function factsOf(group: AnyGroup): SettingFacts[] {
  return Object.values(group.properties).map((property) => property.setting)
}

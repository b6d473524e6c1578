import { Type } from 'typebox'
import { type EffectiveSetting, settingSources } from '../../../../platform/setting.ts'
import { type ApiRoute, apiRoute } from '../../route.ts'
import { orNull } from '../../wire.ts'

const setting = Type.Object(
  {
    name: Type.String(),
    group: Type.String({ description: 'Its heading in the manual' }),
    description: Type.String({ description: 'In Markdown' }),
    value: orNull(Type.String({ description: 'The value as you would write it; null for a secret' })),
    source: Type.Enum([...settingSources], { description: 'Where the value comes from' }),
    is_set: Type.Boolean({ description: 'Whether it is set' }),
    is_secret: Type.Boolean(),
  },
  { title: 'Setting' },
)

export type SettingsRouteParts = { effectiveSettings: readonly EffectiveSetting[] }

/** The settings, for superusers. They are read when a process starts, and changed at their source, never here. */
export function settingsRoutes({ effectiveSettings }: SettingsRouteParts): ApiRoute[] {
  return [
    apiRoute({
      method: 'GET',
      path: '/admin/settings',
      access: 'superuser',
      tag: 'administration',
      summary: 'List all settings of the process that answers',
      description: 'Secrets show only whether they are set.',
      answer: { status: 200, schema: Type.Object({ settings: Type.Array(setting) }) },
      handle: async () => ({ settings: effectiveSettings.map(presentSetting) }),
    }),
  ]
}

function presentSetting({ name, group, description, value, source, isSecret }: EffectiveSetting) {
  const isSet = source !== 'default' && source !== 'compatibility'
  return { name, group, description, value: value ?? null, source, is_set: isSet, is_secret: isSecret }
}

import type { AnswerOf } from '@latchkey/client'
import { Checkbox, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { AdminIcon } from '../administration/admin-icon.tsx'
import details from '../administration/details.module.css'
import { Page } from '../administration/page.tsx'
import { Panel } from '../administration/panel.tsx'
import { ask } from '../api/api.ts'
import { Failed, Loading } from '../layout/states.tsx'
import { Nothing } from '../lists/list-pages.tsx'
import { useListState } from '../lists/list-state.ts'
import { Prose } from '../look/prose.tsx'
import { Tag } from '../look/tag.tsx'
import { useTexts } from '../texts/texts.tsx'
import { useSettingWords } from './setting-words.ts'
import classes from './settings-page.module.css'
import { settingsTexts } from './settings-texts.ts'

type Setting = AnswerOf<'GET /admin/settings'>['settings'][number]

/** The settings in effect. Secrets show only whether they are set. */
export function SettingsPage() {
  const texts = useTexts(settingsTexts)
  const state = useListState('settings')
  const { search = '', set } = state.values
  const settings = useQuery({
    queryKey: ['settings'],
    queryFn: async ({ signal }) => (await ask('GET /admin/settings', { signal })).settings,
  })
  const inWords = useSettingWords()
  const words = search.toLowerCase().split(/\s+/)
  const found = (settings.data ?? []).map(inWords).filter(({ name, description, is_set: isSet }) => {
    const text = `${name} ${description}`.toLowerCase()
    return (set !== 'yes' || isSet) && words.every((word) => text.includes(word))
  })
  return (
    <Page title={texts.title} lead={texts.lead}>
      <div className={classes.controls}>
        <TextInput
          type="search"
          size="sm"
          className={classes.search}
          aria-label={texts.search}
          placeholder={texts.search}
          leftSection={<AdminIcon name="search" />}
          value={search}
          onChange={(event) => state.set({ search: event.currentTarget.value }, true)}
        />
        <Checkbox
          label={texts.onlySet}
          checked={set === 'yes'}
          onChange={(event) => state.set({ set: event.currentTarget.checked ? 'yes' : undefined })}
        />
      </div>
      {settings.isPending && (
        <Panel>
          <Loading lines={12} />
        </Panel>
      )}
      {settings.isError && <Failed error={settings.error} retry={() => void settings.refetch()} />}
      {settings.isSuccess && found.length === 0 && (
        <Panel>
          <Nothing icon="search" title={texts.nothing} />
        </Panel>
      )}
      {[...Map.groupBy(found, ({ group }) => group)].map(([group, members]) => (
        <Panel key={group} title={group} isFlush>
          <dl className={classes.list}>
            {members.map((one) => (
              <OneSetting key={one.name} setting={one} />
            ))}
          </dl>
        </Panel>
      ))}
    </Page>
  )
}

function OneSetting({ setting }: { setting: Setting }) {
  const texts = useTexts(settingsTexts)
  const { name, description, value, source, is_set: isSet, is_secret: isSecret } = setting
  return (
    <div className={classes.setting}>
      <dt className={classes.name}>
        <span translate="no">{name}</span>
        <span className={classes.description}>
          {/* Links of the manual lead nowhere here. */}
          <Prose>{description.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1')}</Prose>
        </span>
      </dt>
      <dd className={classes.value}>
        {isSecret ? (
          <Tag kind={isSet ? 'good' : 'plain'}>
            {texts.secret}, {isSet ? texts.isSet : texts.isNotSet}
          </Tag>
        ) : (
          <span className={classes.text} translate="no">
            {value === null || value === '' ? texts.empty : value}
          </span>
        )}
        <span className={`${details.stack} ${details.quiet}`}>{texts.sources[source]}</span>
      </dd>
    </div>
  )
}

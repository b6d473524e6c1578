import { useMemo } from 'react'
import { useTexts } from '../texts/texts.tsx'
import { accountSettingTexts } from './account-setting-texts.ts'
import { runningSettingTexts } from './running-setting-texts.ts'
import { serviceSettingTexts } from './service-setting-texts.ts'
import { settingsTexts } from './settings-texts.ts'

type Described = { name: string; group: string; description: string }

/** The server's descriptions of its settings, in the reader's language: English for settings that only a newer server has. */
export function useSettingWords(): <Setting extends Described>(setting: Setting) => Setting {
  const groups: Readonly<Record<string, string>> = useTexts(settingsTexts).groups
  const running = useTexts(runningSettingTexts).words
  const account = useTexts(accountSettingTexts).words
  const service = useTexts(serviceSettingTexts).words
  return useMemo(() => {
    const words = { ...running, ...account, ...service }
    return (setting) => ({
      ...setting,
      group: groups[setting.group] ?? setting.group,
      description: words[setting.name] ?? setting.description,
    })
  }, [groups, running, account, service])
}

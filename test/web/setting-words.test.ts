import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeSettings } from '../../src/config/settings.ts'
import { settingSources } from '../../src/platform/setting.ts'
import { accountSettingTexts } from '../../web/src/settings/account-setting-texts.ts'
import { runningSettingTexts } from '../../web/src/settings/running-setting-texts.ts'
import { serviceSettingTexts } from '../../web/src/settings/service-setting-texts.ts'
import { settingsTexts } from '../../web/src/settings/settings-texts.ts'

const settings = describeSettings()

describe('the page of settings in German', () => {
  it('describes every setting once, and no others', () => {
    const described = [runningSettingTexts, accountSettingTexts, serviceSettingTexts].flatMap(({ de }) =>
      Object.keys(de.words),
    )
    expect(described.toSorted()).toEqual(settings.map(({ name }) => name).toSorted())
  })

  it('has every heading and every source', () => {
    expect(Object.keys(settingsTexts.de.groups).toSorted()).toEqual([
      ...new Set(settings.map(({ group }) => group).toSorted()),
    ])
    expect(Object.keys(settingsTexts.de.sources).toSorted()).toEqual([...settingSources].toSorted())
  })

  // A description has changed: change its German in web/src/settings/, then run this test with -u.
  it('translates the current descriptions', async () => {
    const translated = settings.map(({ name, description }) => `${name}: ${description}\n`).join('')
    await expect(translated).toMatchFileSnapshot(join(import.meta.dirname, 'translated-settings.txt'))
  })
})

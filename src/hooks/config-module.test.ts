import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ConfigModuleError, loadConfigModule } from './config-module.ts'

function aModule(source: string, name = 'latchkey.config.mjs'): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-module-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, name), source)
  return join(folder, name)
}

describe('the configuration module', () => {
  it('is optional', async () =>
    expect(await loadConfigModule(undefined)).toMatchObject({ hooks: {}, urls: { map: {} } }))

  it.each(['{}', '{ hooks: {} }', '{ hooks: undefined }'])('may be as empty as %s', async (text) => {
    expect(await loadConfigModule(aModule(`export default ${text}`))).toMatchObject({ hooks: {}, urls: { map: {} } })
  })

  it('may be TypeScript', async () => {
    const source = 'const hooks: Record<string, () => void> = { afterLogin() {} }\nexport default { hooks }'
    const { hooks } = await loadConfigModule(aModule(source, 'latchkey.config.ts'))
    expect(hooks).toEqual({ afterLogin: expect.any(Function) })
  })

  it.each([
    ['const nothing = 1', 'has no default export'],
    ['export default 7', 'has a default export that is not an object. Write export default { hooks: { … } }'],
    [
      'export default { hook: {} }',
      'has "hook" in its default export, which Latchkey does not know. Known names: hooks',
    ],
    ['export default { hooks: 7 }', 'has hooks that are not an object. Write hooks: { … }'],
    [
      'export default { hooks: { beforeLogIn() {} } }',
      'has "beforeLogIn" in hooks, which Latchkey does not know. Known names: beforeRegistration,',
    ],
    [
      'export default { hooks: { beforeLogin: true } }',
      'has a hook beforeLogin that is not a function. Write a function, or remove it',
    ],
    ['throw new Error("no licence")', 'cannot be loaded: no licence'],
    ['export default {', 'cannot be loaded: '],
  ])('is refused as %j', async (source, fault) => {
    const path = aModule(source)
    const loading = loadConfigModule(path)
    await expect(loading).rejects.toThrow(ConfigModuleError)
    await expect(loading).rejects.toThrow(`${path} ${fault}`)
  })

  it('is refused if it waits for something that never happens', async () => {
    const path = aModule('await new Promise(() => {})\nexport default {}')
    await expect(loadConfigModule(path, 20)).rejects.toThrow(
      `${path} cannot be loaded: there was no answer within 20 ms`,
    )
  })

  it('is refused if it does not exist', async () => {
    await expect(loadConfigModule('/nowhere/latchkey.config.ts')).rejects.toThrow('cannot be loaded')
  })
})

import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aReadyCommandLine, jsonOf } from '../support/command-line.ts'
import { databases } from '../support/databases.ts'
import { aRecordedDjango } from '../support/recorded-django.ts'

describe.each(databases)('an export on $name', (database) => {
  async function aFilledCommandLine() {
    const django = aRecordedDjango('auth_user')
    const line = await aReadyCommandLine(database)
    const imported = await line.run('import', 'django', '--from', django.path, '--on-unverifiable-hash', 'keep')
    expect(imported).toMatchObject({ code: 0 })
    return { line, file: join(line.workingDirectory, 'export') }
  }

  it('is imported elsewhere with everything it contains, and again without a change', async () => {
    const { line, file } = await aFilledCommandLine()
    await line.run('users', 'create', 'lena', '--email', 'lena@example.org', '--no-password', '--locale', 'de')
    expect(await line.run('export', file)).toMatchObject({ code: 0, out: expect.stringContaining('8 accounts') })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(await line.run('export', file)).toMatchObject({ code: 1, err: expect.stringContaining('exists already') })
    const other = await aReadyCommandLine(database)
    const again = () => jsonOf(other, 'import', 'jsonl', '--from', file, '--on-unverifiable-hash', 'keep')
    expect((await again()).accounts).toMatchObject({ created: 8 })
    expect((await again()).accounts).toMatchObject({ created: 0, updated: 0, unchanged: 8 })
    const second = join(other.workingDirectory, 'export')
    await other.run('export', second)
    const lines = (path: string) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .filter((one) => !one.includes('"type":"session"'))
    expect(lines(second)).toEqual(lines(file))
  })

  it('is encrypted if requested, and opens only with the passphrase', async () => {
    const { line, file } = await aFilledCommandLine()
    const opened = `${file}.opened`
    expect(await line.pipe('short\n', 'export', file, '--encrypt', '--stdin')).toMatchObject({ code: 1 })
    const written = await line.pipe('a long passphrase\n', 'export', file, '--encrypt', '--stdin')
    expect(written).toMatchObject({ code: 0, err: '' })
    expect(readFileSync(file, 'latin1')).not.toContain('anna')
    expect(await line.pipe('a wrong passphrase\n', 'export', opened, '--decrypt', file, '--stdin')).toMatchObject({
      code: 1,
      err: expect.stringContaining('passphrase is wrong'),
    })
    expect(existsSync(opened)).toBe(false)
    // Cut short, and into a file that already exists, which stays unchanged.
    writeFileSync(`${file}.short`, readFileSync(file).subarray(0, 90))
    for (const sealed of [file, `${file}.short`]) {
      writeFileSync(`${file}.mine`, 'mine')
      expect(
        await line.pipe('a wrong passphrase\n', 'export', `${file}.mine`, '--decrypt', sealed, '--stdin'),
      ).toMatchObject({
        code: 1,
      })
      expect(readFileSync(`${file}.mine`, 'utf8')).toBe('mine')
    }
    const decrypted = await line.pipe('a long passphrase\n', 'export', opened, '--decrypt', file, '--stdin')
    expect(decrypted).toMatchObject({ code: 0, err: '' })
    expect(readFileSync(opened, 'utf8')).toContain('"username":"anna"')
  })

  it('can be a fixture for Django', async () => {
    const { line, file } = await aFilledCommandLine()
    await line.run('export', file, '--format', 'django', '--post-model', 'people.post')
    const objects: { model: string; pk: unknown; fields: Record<string, unknown> }[] = JSON.parse(
      readFileSync(file, 'utf8'),
    )
    expect(objects).toContainEqual({
      model: 'auth.group',
      fields: {
        name: 'Editors',
        permissions: [
          ['add_post', 'people', 'post'],
          ['change_post', 'people', 'post'],
        ],
      },
    })
    const anna = objects.find(({ fields }) => fields.username === 'anna')
    expect(anna).toMatchObject({ model: 'auth.user', pk: 1, fields: { groups: [['Editors']], is_active: true } })
    expect(objects.filter(({ model }) => model === 'people.post')).toHaveLength(2)
  })
})

describe('a fixture for a user model with other fields', () => {
  it('has the names of the mapping file, which must exist and be without fault', async () => {
    const line = await aReadyCommandLine()
    const at = (name: string) => join(line.workingDirectory, name)
    writeFileSync(
      at('mapping'),
      '// nicknames\n{"table": "people", "columns": {"username": "nickname", "last_name": null}}',
    )
    writeFileSync(at('faulty'), '{"columns": 7}')
    const exportBy = (mapping: string) =>
      line.run('export', at('fixture'), '--format', 'django', '--mapping', at(mapping))
    await line.run('users', 'create', 'lena', '--no-password')
    for (const [mapping, told] of Object.entries({ missing: 'missing does not exist', faulty: 'mapping file' })) {
      const refused = await exportBy(mapping)
      expect(refused).toMatchObject({ code: 1, err: expect.stringContaining(told) })
      expect(refused.err).not.toContain('    at ')
    }
    expect(existsSync(at('fixture'))).toBe(false)
    expect(await exportBy('mapping')).toMatchObject({ code: 0, err: '' })
    const [{ fields }] = JSON.parse(readFileSync(at('fixture'), 'utf8'))
    expect(fields).toMatchObject({ nickname: 'lena' })
    expect(fields).not.toHaveProperty('last_name')
  })
})

describe('an import of JSON lines', () => {
  it('says which line is at fault, and imports nothing', async () => {
    const line = await aReadyCommandLine()
    const file = join(line.workingDirectory, 'lines')
    writeFileSync(file, '{"type":"account","uid":1,"username":"ann"}\n{"type":"account"}\n')
    expect(await line.run('import', 'jsonl', '--from', file)).toMatchObject({
      code: 1,
      err: expect.stringContaining('line 2'),
    })
    expect(await line.run('import', 'jsonl', '--from', 'nowhere')).toMatchObject({
      code: 1,
      err: 'nowhere does not exist. Check the path.\n',
    })
    expect(await jsonOf(line, 'users', 'list')).toEqual([])
  })
})

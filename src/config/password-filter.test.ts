import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { breachedPasswordsFile } from '../../test/support/breached-passwords.ts'
import { aConfigFolder, type ConfigFolder } from '../../test/support/config-folder.ts'

describe('BREACHED_PASSWORDS', () => {
  const faultOf = (folder: ConfigFolder) => folder.faults({ BREACHED_PASSWORDS: 'data/filter' }).join()

  it('must name a file that exists', () => {
    const folder = aConfigFolder()
    expect(faultOf(folder)).toBe(
      `BREACHED_PASSWORDS (environment): ${folder.path}/data/filter does not exist. Build one from a corpus with: ` +
        'latchkey breached-passwords build',
    )
  })

  it('must name a filter that is complete, and of this version', () => {
    const good = readFileSync(breachedPasswordsFile)
    const ofVersion = Buffer.from(good)
    ofVersion.writeUInt32BE(2, 8)
    const cases: [Buffer, string][] = [
      [Buffer.from('password\n123456\n'), 'is not a filter of breached passwords'],
      [ofVersion, 'has format 2, but this version of Latchkey reads format 1'],
      [good.subarray(0, 50), 'is damaged: it ends within its header. Copy or build it again.'],
      [good.subarray(0, -1), 'is damaged: it has 95 bytes, but its header says 96. Copy or build it again.'],
    ]
    for (const [content, fault] of cases) {
      const folder = aConfigFolder()
      folder.write('data/filter', content)
      expect(faultOf(folder)).toContain(`${folder.path}/data/filter ${fault}`)
    }
  })

  it('is reported beside other faults, and shown with its absolute path if it is valid', () => {
    const folder = aConfigFolder()
    expect(folder.faults({ PORT: 'eighty', BREACHED_PASSWORDS: 'nothing' })).toHaveLength(2)
    folder.write('data/filter', readFileSync(breachedPasswordsFile))
    expect(folder.load({ BREACHED_PASSWORDS: 'data/filter' }).passwords.breachedPasswords).toBe(
      `${folder.path}/data/filter`,
    )
  })
})

describe('SERVICE_NAMES', () => {
  const namesAt = (PUBLIC_URL: string) => aConfigFolder().load({ PUBLIC_URL }).passwords.serviceNames

  it('are the parts of the host of PUBLIC_URL, and this program, by default', () => {
    expect(namesAt('https://auth.example.org')).toEqual(['latchkey', 'auth', 'example'])
    expect(namesAt('https://id.bigcorp.co.uk')).toEqual(['latchkey', 'bigcorp'])
    expect(namesAt('http://localhost:8000')).toEqual(['latchkey', 'localhost'])
    expect(namesAt('http://127.0.0.1:8000')).toEqual(['latchkey'])
    expect(namesAt('http://[::1]:8000')).toEqual(['latchkey'])
  })

  it('can be none', () => {
    expect(aConfigFolder().load({ SERVICE_NAMES: 'none' }).passwords.serviceNames).toEqual([])
  })
})

import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aConfigFolder } from '../../test/support/config-folder.ts'

describe('the file of settings', () => {
  it('is the one that LATCHKEY_ENV_FILE names, instead of .env', () => {
    const folder = aConfigFolder()
    folder.write('.env', 'PORT=1\n')
    folder.write('etc/latchkey.env', 'PORT=2\n')
    expect(folder.load().http.port).toBe(1)
    expect(folder.load({ LATCHKEY_ENV_FILE: join(folder.path, 'etc/latchkey.env') }).http.port).toBe(2)
    expect(folder.load({ LATCHKEY_ENV_FILE: 'etc/latchkey.env', PORT: '3' }).http.port).toBe(3)
  })

  it('is named with its path in every fault found in it', () => {
    const folder = aConfigFolder()
    folder.write('latchkey.env', 'PORT=x\nno assignment\nLEEWAYS=5s\n')
    const path = join(folder.path, 'latchkey.env')
    expect(() => folder.load({ LATCHKEY_ENV_FILE: path })).toThrow(
      expect.objectContaining({
        faults: [
          expect.stringMatching(`^PORT \\(${path}, line 1\\): `),
          expect.stringMatching(`^${path}, line 2: `),
          expect.stringMatching(`^LEEWAYS \\(${path}, line 3\\): .*Did you mean LEEWAY\\?$`),
        ],
        message: expect.stringMatching(`\\nSettings come from the environment and from ${path}\\.$`),
      }),
    )
  })

  it('must exist if it is named, and is reported as missing otherwise', () => {
    const folder = aConfigFolder()
    const path = join(folder.path, 'missing.env')
    expect(() => folder.load({ LATCHKEY_ENV_FILE: path })).toThrow(`LATCHKEY_ENV_FILE: there is no file ${path}.`)
    expect(() => folder.load({ PORT: 'x' })).toThrow(
      `Settings come from the environment and from ${join(folder.path, '.env')}, which does not exist.`,
    )
  })

  it('may contain each setting once; names of other programs are ignored', () => {
    const folder = aConfigFolder()
    folder.write('.env', 'PORT=1\nOTHER=1\nOTHER=2\nPORT=2\n')
    expect(folder.faults()).toEqual([
      '.env, line 4: sets PORT again; line 1 has already set it. Keep one of the lines.',
    ])
  })
})

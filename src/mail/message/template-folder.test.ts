import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { readTemplateFolder } from './template-folder.ts'

function aFolder(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-templates-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

it('reads texts by language and name, and the layout; other files are ignored', () => {
  const folder = aFolder({
    'en/password-reset.txt': 'one',
    'en/notes.md': 'x',
    'fr/invitation.txt': 'deux',
    'layout.html': 'l',
    'README.md': 'x',
  })
  expect(readTemplateFolder(folder)).toEqual({
    messages: new Map([
      ['en', new Map([['password-reset', 'one']])],
      ['fr', new Map([['invitation', 'deux']])],
    ]),
    layout: 'l',
  })
})

it('may be empty', () => {
  expect(readTemplateFolder(aFolder({}))).toEqual({ messages: new Map(), layout: undefined })
})

it('says which folder is missing', () => {
  expect(() => readTemplateFolder('/nonexistent/mail')).toThrow(/MAIL_TEMPLATES: .*\/nonexistent\/mail/)
})

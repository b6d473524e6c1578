import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkReplacement, parseTemplate } from '../../mail/message/template.ts'
import { noticeKinds } from '../../mail/settings.ts'
import { mailMessages } from './mail-messages.ts'

const manual = readFileSync(new URL('../../../docs/mail.md', import.meta.url), 'utf8')

describe.each(Object.entries(mailMessages))('the message %s', (_name, { en, de }) => {
  it('is a template in both languages, with the same placeholders in both', () => {
    expect(() => checkReplacement(parseTemplate(de), parseTemplate(en))).not.toThrow()
    expect(() => checkReplacement(parseTemplate(en), parseTemplate(de))).not.toThrow()
  })
})

describe('docs/mail.md', () => {
  const names = (section: string) => {
    const [, after = ''] = manual.split(`\n## ${section}\n`)
    return [...(after.split('\n## ')[0]?.matchAll(/^\| ([^|]+) \|/gm) ?? [])].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    )
  }

  it('lists every message, and no others', () => {
    expect(names('What is sent').toSorted()).toEqual(Object.keys(mailMessages).toSorted())
  })

  it('lists every placeholder, and no others', () => {
    const used = Object.values(mailMessages).flatMap(({ en }) => en.match(/\{\w+\}/g) ?? [])
    expect(new Set(names('Your own words'))).toEqual(new Set(used.filter((name) => name !== '{link}')))
  })

  it('knows every notice that can be switched off', () => {
    for (const kind of noticeKinds) expect(names('What is sent')).toContain(kind)
  })
})

import { describe, expect, it } from 'vitest'
import { type ComposerOptions, createComposer, type TemplateFolder } from './composer.ts'

const messages = {
  hello: {
    en: 'Subject: Hello {username}\n\nWithin {lifetime}, until {moment}.\n\n[Go]({link})',
    de: 'Subject: Hallo {username}\n\nInnerhalb von {lifetime}, bis {moment}.\n\n[Los]({link})',
  },
}
const mail = {
  kind: 'hello',
  locale: undefined,
  to: 'a@b.test',
  values: { username: 'alice', lifetime: { ms: 1_800_000 }, moment: { at: Date.UTC(2026, 0, 2, 3, 4) } },
  links: [{ page: '/account/x', token: 'TOKEN', values: {} }],
}

const aComposer = (options: Partial<ComposerOptions> = {}) =>
  createComposer({ messages, language: 'en', publicUrl: 'https://auth.test', service: 'Example', ...options })

const aFolder = (texts: Record<string, Record<string, string>>, layout?: string): TemplateFolder => ({
  messages: new Map(Object.entries(texts).map(([language, own]) => [language, new Map(Object.entries(own))])),
  layout,
})

describe('composing', () => {
  it('writes durations and times in the words of the language', () => {
    expect(aComposer()(mail).text).toContain('Within 30 minutes, until January 2, 2026 at 3:04 AM UTC.')
    expect(aComposer({ language: 'de' })(mail).text).toContain(
      'Innerhalb von 30 Minuten, bis 2. Januar 2026 um 03:04 UTC.',
    )
  })

  it('writes in the language of the account, otherwise in that of the settings', () => {
    const texts = { fr: { hello: 'Subject: Bonjour\n\n{username}\n\n[Ici]({link})' } }
    const compose = aComposer({ folder: aFolder(texts), language: 'fr' })
    const subjects = [undefined, 'en', 'de'] as const
    expect(subjects.map((locale) => compose({ ...mail, locale }).subject)).toEqual([
      'Bonjour',
      'Hello alice',
      'Hallo alice',
    ])
    expect(compose({ ...mail, locale: 'de' }).html).toContain('<html lang="de">')
  })

  it.each([
    [60_000, '1 minute'],
    [3_600_000, '1 hour'],
    [86_400_000, '24 hours'],
    [7 * 86_400_000, '7 days'],
    [90_000, '2 minutes'],
  ])('writes %d ms as %s', (ms, words) => {
    expect(aComposer()({ ...mail, values: { ...mail.values, lifetime: { ms } } }).text).toContain(`Within ${words},`)
  })

  it('makes links to the public URL and nowhere else', () => {
    expect(aComposer()(mail).text).toContain('Go:\nhttps://auth.test/account/x?token=TOKEN\n')
  })

  it('uses the texts of a folder, and its own for missing ones', () => {
    const texts = { en: { hello: 'Subject: Hi\n\n{service} {address}\n\n[Open]({link})' }, fr: {} }
    expect(aComposer({ folder: aFolder(texts) })(mail)).toMatchObject({ subject: 'Hi' })
    expect(aComposer({ folder: aFolder(texts) })(mail).text).toContain('Example a@b.test')
    expect(aComposer({ folder: aFolder(texts), language: 'fr' })(mail).subject).toBe('Hello alice')
  })

  it('puts HTML into the layout of a folder', () => {
    const layout = '<style>p { color: {red} }</style>{content}'.replace('{red}', 'red')
    expect(aComposer({ folder: aFolder({}, layout) })(mail).html).toMatch(/^<style>p { color: red }<\/style><p>Within/)
  })

  it('reports everything that is wrong with a folder at once', () => {
    const texts = {
      en: { hello: 'Hello', helo: 'Subject: A\n\nB' },
      de: { hello: 'Subject: A\n\n{secret}\n\n[B]({link})' },
    }
    const start = () => aComposer({ folder: aFolder(texts, '{name}'), language: 'fr' })
    expect(start).toThrow('en/hello.txt: must begin with a line "Subject: …" and a blank line.')
    expect(start).toThrow('en/helo.txt: is not a message. Use hello.')
    expect(start).toThrow('de/hello.txt: has the unknown placeholder {secret}. Use {service}, {address}')
    expect(start).toThrow('layout.html: has no {content}')
    expect(start).toThrow('layout.html: has a placeholder other than')
    expect(start).toThrow('MAIL_LANGUAGE: neither Latchkey nor MAIL_TEMPLATES has messages in "fr"')
  })

  it.each(['nothing', 'constructor'])('has no message called %s', (kind) => {
    expect(() => aComposer()({ ...mail, kind })).toThrow(`there is no message called ${kind}`)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyCharacter } from '../../../test/support/any-character.ts'
import { defaultLayout, renderMessage } from './message.ts'
import { parseTemplate } from './template.ts'

const template = parseTemplate('Subject: For {name}\n\nDear {name},\nhello.\n\n[Open {account}]({link})\n\nBye.')
const inEnglish = { layout: defaultLayout, language: 'en' }

const aMessage = (name: string, links = [{ url: 'https://a.test/x?token=t', values: { account: 'alice' } }]) =>
  renderMessage(template, { values: { name }, links }, inEnglish)

describe('a message', () => {
  it('says in text and in HTML what its template says', () => {
    const { subject, text, html } = aMessage('Alice')
    expect(subject).toBe('For Alice')
    expect(text).toBe('Dear Alice,\nhello.\n\nOpen alice:\nhttps://a.test/x?token=t\n\nBye.\n')
    expect(html).toContain(
      '<p>Dear Alice,\nhello.</p>\n<p><a href="https://a.test/x?token=t">Open alice</a></p>\n<p>Bye.</p>',
    )
    expect(html).toContain('<html lang="en">')
    expect(html).toContain('<title>For Alice</title>')
  })

  it('has its link once for each use', () => {
    const links = ['alice', 'bob'].map((account) => ({ url: `https://a.test/${account}`, values: { account } }))
    expect(aMessage('A', links).text).toContain(
      'Open alice:\nhttps://a.test/alice\n\nOpen bob:\nhttps://a.test/bob\n\nBye.',
    )
  })

  it('keeps markup in values from becoming markup', () => {
    const { text, html } = aMessage("<b title='\"'>&")
    expect(text).toContain("Dear <b title='\"'>&,")
    expect(html).toContain('Dear &lt;b title=&#39;&quot;&#39;&gt;&amp;,')
  })

  it('is what its template says, whatever the values are', () => {
    const anything = fc.oneof(
      fc.string({ unit: anyCharacter, maxLength: 400 }),
      fc.constantFrom('a\r\nBcc: x@y.test', 'a\u2028b', '\u202egnp.exe', '\ud800', '\0', '{name}', '</title><script>'),
    )
    fc.assert(
      fc.property(anything, (name) => {
        const { subject, text, html } = aMessage(name)
        expect(subject).toMatch(/^For[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u)
        expect(text.split('\n')).toHaveLength(8)
        expect(text.isWellFormed() && html.isWellFormed()).toBe(true)
        expect(html.match(/<[a-z!/][^>]*>/g)).toEqual(aMessage('Alice').html.match(/<[a-z!/][^>]*>/g))
      }),
    )
  })
})

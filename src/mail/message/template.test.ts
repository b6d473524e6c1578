import { describe, expect, it } from 'vitest'
import { checkReplacement, fillIn, parseTemplate } from './template.ts'

describe('a template', () => {
  it('is a subject, paragraphs and links', () => {
    const source = 'Subject: Hello {username}\r\n\r\nOne\r\ntwo.\n\n\n[Go to {service}]({link})\n \t\nThe end.\n'
    expect(parseTemplate(source)).toEqual({
      subject: 'Hello {username}',
      blocks: [
        { kind: 'paragraph', text: 'One\ntwo.' },
        { kind: 'link', text: 'Go to {service}' },
        { kind: 'paragraph', text: 'The end.' },
      ],
    })
  })

  it.each([
    ['Hello\n\nYou', 'must begin with a line "Subject: …"'],
    ['Subject: \n\nYou', 'must begin with a line "Subject: …"'],
    ['Subject: Hello\nagain\n\nYou', 'must begin with a line "Subject: …"'],
    ['Subject: Hello', 'has a subject but no text'],
    ['Subject: Hello\n\nSee {link}', 'has {link} inside a paragraph'],
    ['Subject: Hello\n\n[Go]({link}) and more', 'has {link} inside a paragraph'],
  ])('may not be %j', (source, fault) => {
    expect(() => parseTemplate(source)).toThrow(fault)
  })
})

describe('a template that replaces another', () => {
  const original = parseTemplate('Subject: A {time}\n\nB {device}\n\n[C {username}]({link})')
  const check = (source: string) => () => checkReplacement(parseTemplate(source), original)

  it('may leave out what it does not need, and use what is known everywhere', () => {
    expect(check('Subject: {service} {device}\n\n{address}\n\n[Go {username} {time}]({link})')).not.toThrow()
  })

  it.each([
    ['Subject: A\n\nB', 'has no link'],
    [
      'Subject: A {username}\n\n[C]({link})',
      'has the unknown placeholder {username}. Use {service}, {address}, {time}, {device}',
    ],
    ['Subject: A\n\n{password}\n\n[C]({link})', 'has the unknown placeholder {password}'],
  ])('may not be %j', (source, fault) => {
    expect(check(source)).toThrow(fault)
  })

  it('has no link if the message has none', () => {
    const withoutLink = parseTemplate('Subject: A\n\nB')
    expect(() => checkReplacement(original, withoutLink)).toThrow('has a link')
  })
})

describe('filling in', () => {
  it('inserts each value once, whatever it looks like', () => {
    expect(fillIn('{a}{b}', { a: '{b}', b: '$&' })).toBe('{b}$&')
  })

  it.each(['missing', 'constructor', '__proto__'])('refuses to leave {%s} out', (name) => {
    expect(() => fillIn(`{${name}}`, {})).toThrow(`no value for {${name}}`)
  })
})

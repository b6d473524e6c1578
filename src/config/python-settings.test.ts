import { describe, expect, it } from 'vitest'
import { findPythonSettings } from './python-settings.ts'

const faultsOf = (given: Record<string, string>) =>
  findPythonSettings((name) => (given[name] === undefined ? undefined : { text: given[name], from: '.env, line 1' }))

describe('settings of djoser that name Python classes', () => {
  it.each([
    ['SERIALIZERS', 'accounts.serializers.UserSerializer', /addToAnswer/],
    ['EMAIL', "{'activation': 'accounts.email.ActivationEmail'}", /MAIL_TEMPLATES/],
  ])('are refused with their replacement: %s', (name, text, cure) => {
    const [fault = '', ...others] = faultsOf({ DJOSER: 'true', [name]: text })
    expect(fault).toMatch(cure)
    expect(fault).toContain(`${name} (.env, line 1)`)
    expect(others).toEqual([])
  })

  it('are not a fault with DJOSER off, or if another program uses the name', () => {
    expect(faultsOf({ EMAIL: '{}' })).toEqual([])
    expect(faultsOf({ DJOSER: 'true', EMAIL: 'me@example.org', CONSTANTS: '755', WEBAUTHN: 'on' })).toEqual([])
  })
})

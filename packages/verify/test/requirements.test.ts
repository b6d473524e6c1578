import { describe, expect, it } from 'vitest'
import type { Requirements } from '../src/verifier.ts'
import { outcomeOf, startIssuer } from './support/issuer.ts'

const DENIED = '403 permission_denied'

describe('required rights', () => {
  it.each<[string, Requirements, string]>([
    ['a permission that is there', { permission: 'orders.view' }, 'verified'],
    ['several that are there', { permission: ['orders.view', 'orders.change'] }, 'verified'],
    ['a group that is there', { group: 'warehouse' }, 'verified'],
    ['both', { permission: 'orders.view', group: 'warehouse' }, 'verified'],
    ['a permission that is missing', { permission: 'orders.delete' }, DENIED],
    ['one of several', { permission: ['orders.view', 'orders.delete'] }, DENIED],
    ['the beginning of a permission', { permission: 'orders' }, DENIED],
    ['another case', { permission: 'Orders.view' }, DENIED],
    ['a group that is missing', { group: 'managers' }, DENIED],
    ['a permission that is a group', { permission: 'warehouse' }, DENIED],
    ['a property of every object', { permission: 'length' }, DENIED],
  ])('%s', async (_, requires, outcome) => {
    const issuer = await startIssuer()
    const token = await issuer.token({ permissions: ['orders.view', 'orders.change'], groups: ['warehouse'] })
    expect(await outcomeOf(issuer.verifier().verify(token, { requires }))).toBe(outcome)
  })

  it.each([[undefined], [null], ['orders.view'], [{ 0: 'orders.view' }], [['orders.view', 7]], [[['orders.view']]]])(
    'are missing if the claim is %j',
    async (permissions) => {
      const issuer = await startIssuer()
      const requires = { permission: 'orders.view' }
      expect(await outcomeOf(issuer.verifier().verify(await issuer.token({ permissions }), { requires }))).toBe(DENIED)
    },
  )

  it.each([
    ['a misspelt name', { requires: { permissions: 'a' } }],
    ['a misspelt option', { require: { permission: 'a' } }],
    ['a permission that is not set', { requires: { permission: undefined } }],
    ['an empty list', { requires: { permission: [] } }],
    ['an empty name', { requires: { group: '' } }],
    ['null', { requires: { permission: null } }],
    ['a number', { requires: { permission: 7 } }],
    ['no object', { requires: 'orders.view' }],
    ['nothing', { requires: undefined }],
  ])('are an error in the program, and let nobody in, with %s', async (_, options) => {
    const issuer = await startIssuer()
    await expect(issuer.verifier().verify(await issuer.token(), options as never)).rejects.toThrow(TypeError)
  })
})

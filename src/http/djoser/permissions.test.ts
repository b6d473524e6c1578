import { describe, expect, it } from 'vitest'
import { permissionFor, permissionsSetting } from './permissions.ts'

const { read, write } = permissionsSetting().setting
const rest = 'rest_framework.permissions'

describe('PERMISSIONS', () => {
  it.each([
    [`{'user_list': ['${rest}.IsAdminUser']}`],
    [`{"user_list": ["${rest}.IsAdminUser"]}`],
    [`{ 'user_list': ('${rest}.IsAdminUser',), } # for staff`],
    [`{'user_list': ('${rest}.IsAdminUser')}`],
    [`{\n  'user_list': [\n    "IsAdminUser",  # only\n  ],\n}`],
  ])('is read as Python and as JSON: %j', (text) => {
    expect(read(text)).toEqual({ user_list: ['IsAdminUser'] })
    expect(read(write(read(text)))).toEqual(read(text))
  })

  it.each([
    [`{'usr_list': ['${rest}.AllowAny']}`, /names the action usr_list. Choose from activation/],
    [
      `{'user': ['accounts.permissions.IsOwner']}`,
      /gives user the class accounts.permissions.IsOwner.*CurrentUserOrAdmin/,
    ],
    [`{'user': ['accounts.permissions.IsAdminUser']}`, /cannot load/],
    [`{'user_create': ['${rest}.IsAuthenticated']}`, /lets every user create users/],
    [`['${rest}.IsAdminUser']`, /not a dictionary/],
    [`${rest}.IsAdminUser`, /not a dictionary/],
    [`{'user': ['${rest}.AllowAny'`, /not a dictionary/],
    [`{'user': [__import__('os').system('x')]}`, /not a dictionary/],
    [`{'user': {'a': 'b'}}`, /not a dictionary/],
    [`{'user': [['x']]}`, /not a dictionary/],
    [`{'user': None}`, /not a dictionary/],
    [`{'__proto__': ['AllowAny']}`, /names the action __proto__/],
    [`{'user': ['constructor']}`, /class constructor/],
  ])('that cannot be honoured is refused with the cure: %j', (text, cure) => {
    expect(() => read(text)).toThrow(cure)
  })

  it('reports every fault at once', () => {
    expect(() => read(`{'usr': ['AllowAny'], 'user': ['x.y']}`)).toThrow(/usr.*x\.y/)
  })

  it.each(['', '755', 'rw', 'none', '{}'])('that belongs to another program changes nothing: %j', (text) => {
    expect(read(text)).toEqual({})
  })

  it.each([
    [[], { read: 'anybody', change: 'anybody', showsOthers: true }],
    [['IsAuthenticatedOrReadOnly'], { read: 'anybody', change: 'users', showsOthers: true }],
    [['CurrentUserOrAdminOrReadOnly'], { read: 'anybody', change: 'users', showsOthers: true }],
    [['CurrentUserOrAdminOrReadOnly', 'IsAuthenticated'], { read: 'users', change: 'users', showsOthers: true }],
    [['IsAuthenticated', 'CurrentUserOrAdmin'], { read: 'users', change: 'users', showsOthers: false }],
    [['AllowAny', 'IsAdminUser'], { read: 'staff', change: 'staff', showsOthers: true }],
    [undefined, { read: 'users', change: 'users', showsOthers: false }],
  ])('requires what all its classes require: %j', (user, expected) => {
    expect(permissionFor(user === undefined ? {} : { user }, 'user')).toEqual(expected)
  })
})

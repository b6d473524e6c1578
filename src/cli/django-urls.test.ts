import { describe, expect, it } from 'vitest'
import { proposeUrls, readListingText, writeUrls } from './django-urls.ts'

/** What `python manage.py show_urls` prints, in three of its formats, and lists of paths. */
const listing = `
/admin/login/\tdjango.contrib.admin.sites.login\tadmin:login
/api/token/\trest_framework_simplejwt.views.TokenObtainPairView\ttoken_obtain_pair
/api/token/refresh/\trest_framework_simplejwt.views.TokenRefreshView\ttoken_refresh
/auth/users/<id>/\tdjoser.views.UserViewSet\tuser-detail
/auth/users/<id>\\.<format>/\tdjoser.views.UserViewSet\tuser-detail
/auth/token/login/\tdjoser.views.TokenCreateView\tlogin
| /dj-rest-auth/login/ | dj_rest_auth.views.LoginView | rest_login |
| /dj-rest-auth/user/  | dj_rest_auth.views.UserDetailsView | rest_user_details |
/api/accounts/login/      accounts.views.LoginView      login
/api/accounts/logout/     accounts.views.logout         logout
^api/accounts/signup/$
api/accounts/profile/
api/accounts/password-reset/confirm/
api/orders/<int:pk>/
api/orders/
`

describe('urls proposed for a Django project', () => {
  it('name views by their names, their classes or their paths', () => {
    const entries = Object.fromEntries(proposeUrls(listing).map(({ path, entry }) => [path, entry]))
    expect(entries).toEqual({
      'api/token/': "'token_obtain_pair'",
      'api/token/refresh/': "'token_refresh'",
      'auth/users/<id>/': "'user-detail'",
      'auth/token/login/': "'login'",
      'dj-rest-auth/login/': expect.stringContaining("user: ['pk'"),
      'dj-rest-auth/user/': expect.stringContaining("view: 'profile'"),
      'api/accounts/login/': "'token_obtain_pair'",
      'api/accounts/logout/': "'token_blacklist'",
      'api/accounts/signup/': "'register'",
      'api/accounts/profile/': "'profile'",
      'api/accounts/password-reset/confirm/': "'password_reset_confirm'",
      'api/orders/<id>/': undefined,
      'api/orders/': undefined,
    })
  })

  const rows = [
    ['/api/token/', 'rest_framework_simplejwt.views.TokenObtainPairView', 'token_obtain_pair'],
    ['/auth/users/<pk>/', 'djoser.views.UserViewSet', 'api:v2:user-detail'],
    ['/api/in/', 'accounts.views.LoginView', 'login'],
  ] as const
  const json = rows.map(([url, module, name]) => ({ url, module, name, decorators: '' }))
  const widths = [18, 50, 20]
  const padded = rows.map((row) => row.map((cell, index) => cell.padEnd(widths[index] ?? 0)))
  it.each<[string, string]>([
    ['dense', rows.map((row) => `${row.join('\t')}\t`).join('\n')],
    ['dense, in colours', rows.map(([url, ...rest]) => `\x1b[1;32m${url}\x1b[0m\t${rest.join('\t')}`).join('\n')],
    ['dense, written on Windows', rows.map((row) => row.join('\t')).join('\r\n')],
    ['aligned', padded.map((row) => row.join('   ')).join('\n')],
    ['table', `URL | Module | Name\n----+----+----\n${padded.map((row) => row.join(' | ')).join('\n')}`],
    [
      'verbose',
      rows
        .map(([url, module, name]) => `${url}\n\tController: ${module}\n\tURL Name: ${name}\n\tDecorators: \n`)
        .join('\n'),
    ],
    ['json', JSON.stringify(json)],
    ['pretty-json', JSON.stringify(json, null, 4)],
  ])('are read from the format %s of show_urls', (_format, text) => {
    expect(proposeUrls(text).map(({ path, entry }) => [path, entry])).toEqual([
      ['api/token/', "'token_obtain_pair'"],
      ['auth/users/<id>/', "'user-detail'"],
      ['api/in/', undefined],
    ])
    expect(proposeUrls(text).map(({ view }) => view)).toEqual(rows.map(([, module]) => module))
  })

  it('are read from patterns, once for each path', () => {
    const patterns = [
      '^api/token/$',
      'api/token/',
      '^auth/token/logout/?$',
      '^auth/^users/(?P<id>(\\d+|me))/$',
      '^api/orders/([0-9]+)/$',
      '^(?P<path>.*)$',
      '^api/(?:a|b)/$',
    ]
    expect(proposeUrls(patterns.join('\n')).map(({ path }) => path)).toEqual([
      'api/token/',
      'auth/token/logout/',
      'auth/users/<id>/',
      'api/orders/<id>/',
    ])
  })

  it.each([
    '',
    '\n\n',
    '[]',
    '[1, null, {}]',
    '[{"url": 7}]',
    '{"url": "/api/token/"}',
    '[',
    '\0\x01\x02',
    'URL\tModule',
  ])('are none in %j', (text) => {
    expect(proposeUrls(text)).toEqual([])
  })

  it('can be no code, whatever the file contains', () => {
    const text = "/a'/*\n/api/$(x)/\n/api/in/\t*/ process.exit()\x1b[31m\tx"
    expect(writeUrls(proposeUrls(text))).not.toMatch(/^[^/]*process/m)
  })

  it('are read from UTF-16, as some shells write it', () => {
    expect(readListingText(Buffer.from('\ufeff/api/token/', 'utf16le')).trim()).toBe('/api/token/')
  })

  it('are written as a block, with a comment for each path that no view fits', () => {
    expect(writeUrls(proposeUrls('/api/token/\n/api/orders/\tshop.OrderList\torders\n'))).toBe(
      "urls: {\n  'api/token/': 'token_obtain_pair',\n  // 'api/orders/': no view of Latchkey fits (shop.OrderList)\n},\n",
    )
  })
})

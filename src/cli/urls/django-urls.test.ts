import { describe, expect, it } from 'vitest'
import { readListingText } from './django-url-list.ts'
import { proposeUrls, writeUrls } from './django-urls.ts'

/** The output of `python manage.py show_urls` in three of its formats, and lists of paths. */
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

  it.each<[string, string, [string, unknown][]]>([
    [
      'OpenAPI as YAML',
      "openapi: 3.0.3\npaths:\n  /api/token/:\n    post: {}\n  '/api/orders/{id}/':\n    get: {}\ncomponents:\n  /x/y/: {}\n",
      [
        ['api/token/', "'token_obtain_pair'"],
        ['api/orders/<id>/', undefined],
      ],
    ],
    [
      'OpenAPI as JSON, below a base path',
      JSON.stringify({ swagger: '2.0', basePath: '/api/v1', paths: { '/auth/login/': {}, '/users/{id}/': {} } }),
      [
        ['api/v1/auth/login/', "'token_obtain_pair'"],
        ['api/v1/users/<id>/', undefined],
      ],
    ],
    [
      "Django's page for an unknown path",
      "1. admin/\n2. api/ token/ [name='token_obtain_pair']\n3. api/ ^users/$ [name='user-list']\n4. ^media/(?P<path>.*)$",
      [
        ['api/token/', "'token_obtain_pair'"],
        ['api/users/', "'user-list'"],
      ],
    ],
    [
      'a urls.py',
      "    path('api/', include('shop.urls')),\n    path('api/in/', MyTokenObtainPairView.as_view(), name='in'),\n" +
        "    re_path(r'^api/logout/$', views.out),",
      [
        ['api/in/', "'token_obtain_pair'"],
        ['api/logout/', "'token_blacklist'"],
      ],
    ],
    [
      'patterns with a version',
      '^api/v(?P<version>\\d+)/login/$\n^api/(?P<version>(v2|v3))/users/(?P<pk>[^/.]+)/$\tx.y\tuser-detail\n/<str:version>/logout/',
      [
        ['api/v1/login/', "'token_obtain_pair'"],
        ['api/v2/users/<id>/', "'user-detail'"],
        ['v1/logout/', "'token_blacklist'"],
      ],
    ],
    [
      'paths with several parameters',
      '/api/<tenant>/users/<pk>/\tdjoser.views.UserViewSet\tuser-detail\n/api/reset/<uidb64>/<token>/\tx.y\tpassword_reset_confirm\n' +
        '/api/activate/<uid>/<token>/\tx.y\tactivate',
      [
        ['api/<id>/users/<id>/', undefined],
        ['api/reset/<uid>/<token>/', "'password_reset_confirm'"],
        ['api/activate/<uid>/<token>/', undefined],
      ],
    ],
    [
      'views of other packages',
      '/api-token-auth/\trest_framework.authtoken.views.ObtainAuthToken\n/accounts/login/\tallauth.account.views.login\n' +
        '/login/\tdjango.contrib.auth.views.LoginView\tlogin\n/api/out/\tknox.views.LogoutView',
      [
        ['api-token-auth/', "{ view: 'login', response: { auth_token: 'token' } }"],
        ['accounts/login/', undefined],
        ['login/', undefined],
        ['api/out/', "'logout'"],
      ],
    ],
  ])('are read from %s', (_what, text, expected) => {
    expect(proposeUrls(text).map(({ path, entry }) => [path, entry])).toEqual(expected)
  })

  it('say that a path contains a version', () => {
    expect(writeUrls(proposeUrls('/api/<version>/login/'))).toContain(
      "'api/v1/login/': 'token_obtain_pair', // the path has a place for a version",
    )
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
  ])('are empty for %j', (text) => {
    expect(proposeUrls(text)).toEqual([])
  })

  it('never contain code, whatever the file contains', () => {
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

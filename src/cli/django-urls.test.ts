import { describe, expect, it } from 'vitest'
import { proposeUrls, writeUrls } from './django-urls.ts'

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

  it('are written as a block, with a comment for each path that no view fits', () => {
    expect(writeUrls(proposeUrls('/api/token/\n/api/orders/\tshop.OrderList\torders\n'))).toBe(
      "urls: {\n  'api/token/': 'token_obtain_pair',\n  // 'api/orders/': no view of Latchkey fits (shop.OrderList)\n},\n",
    )
  })
})

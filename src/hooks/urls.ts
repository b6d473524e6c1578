/** The names of all views: those that SimpleJWT and djoser use, where there is one. */
export const viewNames = [
  'token_obtain_pair',
  'user_authentication',
  'token_refresh',
  'token_refresh_and_verify',
  'token_verify',
  'token_blacklist',
  'token_logout',
  'register',
  'create_user',
  'register_in_full',
  'site_register',
  'change_password',
  'password_reset',
  'password_reset_confirm',
  'authentication_token_header',
  'user_profile',
  'profile',
  'protected',
  'dashboard',
  'post-list',
  'post-detail',
  'user-list',
  'user-me',
  'user-detail',
  'user-set-password',
  'user-set-username',
  'user-reset-password',
  'user-reset-password-confirm',
  'user-reset-username',
  'user-reset-username-confirm',
  'user-activation',
  'user-resend-activation',
  'jwt-create',
  'jwt-refresh',
  'jwt-verify',
  'login',
  'logout',
] as const

export type ViewName = (typeof viewNames)[number]

/** A field of an account that a response can show; `profile.NAME` is one of your own profile fields. */
export type ProfileField =
  | 'id'
  | 'pk'
  | 'username'
  | 'email'
  | 'first_name'
  | 'last_name'
  | 'name'
  | 'phone_number'
  | 'is_staff'
  | 'is_superuser'
  | 'is_active'
  | 'email_verified'
  | 'date_joined'
  | 'last_login'
  | `profile.${string}`

/** A view at a path of your own, and how its requests and responses differ from those of the view. */
export type MountedView = {
  view: ViewName
  /** The view's own name of a field -> what clients send: `{ refresh: 'refresh_token' }`. Errors use the same names. */
  request?: Readonly<Record<string, string>>
  /**
   * The view's own name of a member -> its name in the response. Dots nest: `{ access: 'tokens.access' }`. `null`
   * leaves a member out.
   */
  response?: Readonly<Record<string, string | null>>
  /** Fields that a registration must contain, besides its own. */
  required?: readonly ('email' | 'first_name' | 'last_name' | 'phone_number' | 'password2')[]
  /**
   * Fields that a registration may contain, besides its own. For `token_logout`, `refresh`: without one, the session of
   * the access token ends.
   */
  optional?: readonly ('email' | 'first_name' | 'last_name' | 'phone_number' | 'refresh')[]
  /** The fields that a profile or a registration shows, or that a login shows beside its tokens. */
  profile?: readonly ProfileField[]
  /** Whether the response has a `user` member, and its fields. For views whose response is about one account. */
  user?: boolean | readonly ProfileField[]
  /** Whether a registration also logs in: its response then has `access` and `refresh`. */
  login?: boolean
  /** The methods to accept instead of POST. Only for views that otherwise take only POST. */
  methods?: readonly ('POST' | 'PUT' | 'PATCH' | 'DELETE')[]
  /** The name of `detail` in refusals, such as `message` or `error`. */
  detail?: string
  /** The status of a successful response. */
  status?: 200 | 201 | 204 | 205
  /** Further members of the response with fixed values, such as `{ detail: 'Logged out.' }`. */
  members?: Readonly<Record<string, string | number | boolean | null>>
}

/**
 * Your own `urls.py`: path -> view. Paths are written as in Django: `api/auth/login/`, `api/users/<id>/`, and
 * `api/reset/<uid>/<token>/` for the two parts of a mailed link. Latchkey's own paths remain unless they are named
 * here; `null` removes one.
 */
export type UrlMap = Readonly<Record<string, ViewName | MountedView | null>>

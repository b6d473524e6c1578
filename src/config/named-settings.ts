// Made from the declarations of the settings: see named-settings.test.ts.

import type { Choice, Duration, List, Switch, Text, WholeNumber } from './setting-forms.ts'

/** Settings by their names in the environment: `{ PUBLIC_URL: 'https://auth.example.org' }`. */
export type SettingsByName = {
  /** Development mode: enables the sample resources and the mailbox page, and generates a secret if none is set. Do not use it in production: Latchkey refuses it if others can reach `PUBLIC_URL`. Default: `false`; `true` with `npm start`. */
  readonly DEBUG?: Switch
  /** Allows `DEBUG` although `PUBLIC_URL` does not name this machine, for a server that only developers can reach. The pages for developers still answer only under `localhost` and loopback addresses. Default: `false`. */
  readonly DEBUG_ON_PUBLIC_URL?: Switch
  /** `simplejwt` makes the classic contract match Django REST framework with SimpleJWT exactly. It also changes some defaults, which the manual lists. Default: `none`. */
  readonly COMPATIBILITY?: Choice<'none' | 'simplejwt'>
  /** Whether Latchkey also serves the paths of djoser, below `DJOSER_PREFIX`. See [djoser](djoser.md). Default: `false`. */
  readonly DJOSER?: Switch
  /** The lowest level that is logged: `fatal`, `error`, `warn`, `info`, `debug` or `trace`. `silent` logs nothing. Default: `info`. */
  readonly LOG_LEVEL?: Choice<'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'>
  /** The format of the log: `json` for programs, or `text` for people, with one short line per event. Default: `json`; with `DEBUG` it is `text`. */
  readonly LOG_FORMAT?: Choice<'json' | 'text'>
  /** The address to listen on. `0.0.0.0` and `::` listen on all addresses. `unix:/run/latchkey/socket` listens on a Unix socket, which processes of the same group may connect to. Default: `127.0.0.1`. */
  readonly HOST?: Text
  /** The port to listen on. `0` picks any free port. Default: `8000`. */
  readonly PORT?: WholeNumber
  /** The address that clients use to reach the server: an origin, or a path below one, such as `https://example.org/auth`. Latchkey uses it for links in mail, the issuer of tokens, cookies and redirects; it never takes it from a request. If `HOST` means all addresses, the default uses `localhost`. Default: `http://HOST:PORT`. */
  readonly PUBLIC_URL?: Text
  /** The addresses and networks of your reverse proxies, such as `10.0.0.5, 192.168.0.0/16, fd00::/8`, and `unix` for a proxy that connects over a Unix socket. Latchkey takes a client's address from forwarding headers only if one of these sends them. Default: `none`. */
  readonly TRUSTED_PROXIES?: List
  /** The header in which your proxies state the client's address. With `x-forwarded-for`, Latchkey reads `Forwarded` (RFC 7239) if a request has no `X-Forwarded-For`. Set `forwarded` if your proxies send only that header; otherwise a client could add an `X-Forwarded-For` of its own. Default: `x-forwarded-for`. */
  readonly FORWARDED_HEADER?: Choice<'x-forwarded-for' | 'forwarded'>
  /** Origins whose pages may call the server from a browser (CORS), such as `https://app.example.org`. Default: `none`. */
  readonly ALLOWED_ORIGINS?: List
  /** Request headers that pages of `ALLOWED_ORIGINS` may send. They may always send `Authorization`, `Content-Type`, `Accept` and `X-Latchkey-CSRF`. Default: `X-CSRFToken, X-Requested-With, traceparent, tracestate, sentry-trace, baggage, Cache-Control, Pragma`. */
  readonly ALLOWED_HEADERS?: List
  /** The domain whose hosts all receive the access token cookie, such as `example.org`. With `none`, only the server itself receives it. See [Cookies](cookies.md). Default: `none`. */
  readonly COOKIE_DOMAIN?: Text
  /** The request header that carries access tokens. Services always use `Authorization`. You may also write the name as Django does: HTTP_X_ACCESS_TOKEN. Default: `Authorization`. */
  readonly AUTH_HEADER_NAME?: Text
  /** The name of the cookie with the access token, without its prefix `__Host-` or `__Secure-`. Default: `latchkey-access`. */
  readonly ACCESS_COOKIE_NAME?: Text
  /** The name of the cookie with the refresh token, without its prefix. Default: `latchkey-refresh`. */
  readonly REFRESH_COOKIE_NAME?: Text
  /** Whether `Strict-Transport-Security` also applies to all hosts below that of `PUBLIC_URL`. Set it only if all of them use https. Default: `false`. */
  readonly HSTS_INCLUDE_SUBDOMAINS?: Switch
  /** How long an idle connection stays open. Make it longer than the idle timeout of the proxy or load balancer in front. Otherwise the proxy may send a request on a connection that is just being closed. Default: `72s`. */
  readonly KEEP_ALIVE_TIMEOUT?: Duration
  /** The words that may precede the token in the `Authorization` header. Responses name the first one. Default: `Bearer`. */
  readonly AUTH_HEADER_TYPES?: List
  /** The database: `sqlite:PATH`, a file that Latchkey creates if it is missing, or `postgres://user:password@host:port/name`. A URL may name several PostgreSQL servers, `host1:port,host2:port`. Latchkey uses the one that accepts changes. Default: `sqlite:data/latchkey.sqlite3`. */
  readonly DATABASE_URL?: Text
  /** A file with the value of `DATABASE_URL`. */
  readonly DATABASE_URL_FILE?: Text
  /** How long the server waits at its start for PostgreSQL to become available, before it exits. `0s` does not wait. Default: `1m`. */
  readonly DATABASE_WAIT?: Duration
  /** How long one PostgreSQL statement may take. A transaction may take twice as long. A request that exceeds the limit gets 503. Migrations and backups have no limit. Default: `10s`. */
  readonly DATABASE_STATEMENT_TIMEOUT?: Duration
  /** Whether PostgreSQL connections keep prepared statements, which is faster. Set `false` behind a transaction pooler that does not support them, such as PgBouncer before 1.21. If you leave it on there, the server detects it and turns it off. Default: `true`. */
  readonly DATABASE_PREPARED_STATEMENTS?: Switch
  /** The secret of this server, at least 32 bytes. It signs tokens with HS256 and encrypts the private keys in the database; Latchkey derives all other server keys from it. With `DEBUG`, Latchkey generates one and keeps it in the file `secret-key` beside the database. Default: none; required unless `DEBUG`. */
  readonly SECRET_KEY?: Text
  /** A file with the value of `SECRET_KEY`. */
  readonly SECRET_KEY_FILE?: Text
  /** Previous values of `SECRET_KEY`, newest first. Latchkey still accepts what they signed and decrypts what they encrypted, but does not use them for anything new. Remove one when the last refresh token issued under it has expired. Default: `none`. */
  readonly SECRET_KEY_FALLBACKS?: List
  /** A file with the value of `SECRET_KEY_FALLBACKS`. */
  readonly SECRET_KEY_FALLBACKS_FILE?: Text
  /** The algorithm that signs tokens: `HS256`, `ES256`, `EdDSA` or `RS256`. All but `HS256` use key pairs, which Latchkey creates, publishes and rotates. Default: `ES256`. */
  readonly ALGORITHM?: Choice<'HS256' | 'ES256' | 'EdDSA' | 'RS256'>
  /** How long a key pair signs tokens before the next one takes over. Default: `90d`. */
  readonly SIGNING_KEY_LIFETIME?: Duration
  /** How long an access token is valid. Default: `5m`. */
  readonly ACCESS_TOKEN_LIFETIME?: Duration
  /** How long a refresh token is valid. A user who stays away longer must log in again. Default: `1d`. */
  readonly REFRESH_TOKEN_LIFETIME?: Duration
  /** The clock difference between machines that Latchkey tolerates when it checks the times in a token. Default: `0s`. */
  readonly LEEWAY?: Duration
  /** The `iss` claim of issued tokens, and the only one accepted. `none` leaves the claim out. Default: the value of `PUBLIC_URL`. */
  readonly ISSUER?: Text
  /** The `aud` claim of issued tokens, and the only one accepted. Default: `none`. */
  readonly AUDIENCE?: Text
  /** The claim that contains the id of the account. Default: `user_id`. */
  readonly USER_ID_CLAIM?: Text
  /** The claim of access tokens that lists the names of the account's groups, such as `groups`. Default: `none`. */
  readonly GROUPS_CLAIM?: Text
  /** The claim of access tokens that lists the account's permissions, such as `permissions`. Default: `none`. */
  readonly PERMISSIONS_CLAIM?: Text
  /** The longest time a session can last, however often it is refreshed. `none` sets no limit. Default: `30d`, or `REFRESH_TOKEN_LIFETIME` if that is longer. */
  readonly SESSION_LIFETIME?: Duration
  /** Whether each refresh returns a new refresh token. Default: `true`. */
  readonly ROTATE_REFRESH_TOKENS?: Switch
  /** Whether a refresh token stops working once it has been exchanged for a new one. Default: `true`. */
  readonly BLACKLIST_AFTER_ROTATION?: Switch
  /** How long after a rotation a client may send the same refresh token again and get the same new one. This is for two tabs that refresh at once and for lost responses. `0s` turns it off. With `until-used`, the client may do so until the new token is first presented. Use that for phones that lose power before they store it. The price: until then a thief who copied the old token gets the new one too, and nobody notices. Default: `10s`. */
  readonly REFRESH_RETRY_WINDOW?: Duration
  /** Whether Latchkey ends the session if a used refresh token comes back after `REFRESH_RETRY_WINDOW`. Other sessions continue. Default: `true`. */
  readonly REUSE_ENDS_SESSION?: Switch
  /** How many sessions an account may have at the same time; `none` for any number. A login beyond that ends the session that was unused for longest. Default: `100`. */
  readonly MAXIMUM_SESSIONS_PER_ACCOUNT?: WholeNumber
  /** Whether a password change ends the account's other sessions. Default: `true`. */
  readonly REVOKE_ON_PASSWORD_CHANGE?: Switch
  /** Whether Latchkey's own endpoints refuse an access token as soon as its session has ended. Default: `true`. */
  readonly CHECK_SESSION?: Switch
  /** How long after a login a user may perform the most sensitive operations, such as replacing signing keys. After that, they must log in again. Default: `15m`. */
  readonly RECENT_LOGIN_LIFETIME?: Duration
  /** Whether a login updates the account's time of last login. Default: `true`. */
  readonly UPDATE_LAST_LOGIN?: Switch
  /** Whether deactivating an account ends its sessions for good. If not, activating the account revives them. Default: `true`. */
  readonly END_SESSIONS_ON_DEACTIVATION?: Switch
  /** The key that verifies the tokens of the server that Latchkey replaces: its secret (`SIMPLE_JWT["SIGNING_KEY"]`, or Django's `SECRET_KEY`) for HS256, HS384 or HS512, or its public key in PEM for RS256, RS384, RS512, ES256 or EdDSA. Latchkey then accepts the access tokens of that server until they expire, and exchanges each of its refresh tokens once for a session. `none` switches this off. Default: `none`. */
  readonly CARRY_OVER_SECRET?: Text
  /** A file with the value of `CARRY_OVER_SECRET`. */
  readonly CARRY_OVER_SECRET_FILE?: Text
  /** The last day (UTC) on which tokens of the replaced server are accepted, such as `2027-01-31`. Required with `CARRY_OVER_SECRET`. Choose the day of the switch plus the lifetime of a refresh token. Default: `none`. */
  readonly CARRY_OVER_UNTIL?: Text
  /** Accepts a `CARRY_OVER_SECRET` of fewer than 32 bytes. Anyone who guesses it can log in as any user until `CARRY_OVER_UNTIL`. An attacker needs only one token to test guesses without asking the server. Default: `false`. */
  readonly CARRY_OVER_SECRET_MAY_BE_GUESSED?: Switch
  /** In tokens of the replaced server, the claim with the `uid` of the account: `SIMPLE_JWT["USER_ID_CLAIM"]`. Default: `user_id`. */
  readonly CARRY_OVER_USER_ID_CLAIM?: Text
  /** In tokens of the replaced server, the claim that says `access` or `refresh`: `SIMPLE_JWT["TOKEN_TYPE_CLAIM"]`. With `none`, all of them are access tokens, as in applications that use jsonwebtoken. Default: `token_type`. */
  readonly CARRY_OVER_TOKEN_TYPE_CLAIM?: Text
  /** In tokens of the replaced server, the claim with the id of the token: `SIMPLE_JWT["JTI_CLAIM"]`. Default: `jti`. */
  readonly CARRY_OVER_JTI_CLAIM?: Text
  /** In sliding tokens of the replaced server, the claim with the time until which they can be refreshed: `SIMPLE_JWT["SLIDING_TOKEN_REFRESH_EXP_CLAIM"]`. Default: `refresh_exp`. */
  readonly CARRY_OVER_REFRESH_EXP_CLAIM?: Text
  /** The only `iss` that is accepted in tokens of the replaced server. Default: `none`. */
  readonly CARRY_OVER_ISSUER?: Text
  /** The only `aud` that is accepted in tokens of the replaced server. Default: `none`. */
  readonly CARRY_OVER_AUDIENCE?: Text
  /** Who must have a second factor: `all`, `staff`, `group:NAME`, or several of these. Accounts that have a factor must always use it. `none` requires it of nobody. Default: `none`. */
  readonly SECOND_FACTOR_REQUIRED_FOR?: List
  /** How long an account that must have a second factor can log in without one, counted from its first login. After that, its owner must set one up to log in. Default: `14d`. */
  readonly SECOND_FACTOR_GRACE?: Duration
  /** How far the clock of an authenticator app may be off, in steps of 30 seconds before and after the current one. Default: `1`. */
  readonly TOTP_LEEWAY_STEPS?: WholeNumber
  /** Whether users may choose a code by email as their second factor. It is the weakest one: anyone who can read the mail can reset the password too. Default: `false`. */
  readonly MAILED_CODES?: Switch
  /** Whether users may log in with a code that is mailed to their confirmed address, without a password. Default: `false`. */
  readonly LOGIN_BY_MAIL?: Switch
  /** For how long users may skip the second factor on a device that they chose to trust. `none`: they are always asked. Default: `none`. */
  readonly TRUSTED_DEVICE_LIFETIME?: Duration
  /** The domain that passkeys belong to (the RP ID): with `none`, the host of `PUBLIC_URL`; otherwise a parent domain of it. Changing it makes all passkeys useless. Default: `none`. */
  readonly PASSKEY_RP_ID?: Text
  /** More origins that may use passkeys besides the one of `PUBLIC_URL`: your own pages (`https://app.example.org`) and Android apps (`android:apk-key-hash:…`). Default: `none`. */
  readonly PASSKEY_ORIGINS?: List
  /** The delay before an action of an administrator takes effect: removing a factor or issuing a recovery code. Until then the owner, who gets an email at once, can cancel it. `0s`: no delay. Default: `0s`. */
  readonly RECOVERY_DELAY?: Duration
  /** Whether access tokens say when and how the user authenticated: `auth_time`, `amr` and `acr` (`1`: one factor, `2`: several, or a passkey that verified its user). Default: `false`. */
  readonly AUTHENTICATION_CLAIMS?: Switch
  /** The services that may introspect and revoke tokens and read the session feed: `NAME:SECRET`, separated by commas. List a name twice while you replace its secret. Default: `none`. */
  readonly SERVICE_CREDENTIALS?: List
  /** A file with the value of `SERVICE_CREDENTIALS`. */
  readonly SERVICE_CREDENTIALS_FILE?: Text
  /** Whether usernames that differ only in case are different names. If not, names that differ only in Unicode form (NFKC) or in invisible characters are the same name too. New names may then contain neither invisible characters nor letters of another alphabet that look Latin among Latin letters. Default: `false`. */
  readonly USERNAME_CASE_SENSITIVE?: Switch
  /** The field that names an account on the classic and djoser paths, as in Django. With `email`, these paths take and report `email` instead of `username`, and the address is the username of new accounts. The same applies to `phone_number`. Default: `username`. */
  readonly USERNAME_FIELD?: Choice<'username' | 'email' | 'phone_number'>
  /** The field of djoser's `token/login/`, and the one that its paths for new names change. `jwt/create/` and the classic paths take `USERNAME_FIELD`, which may then contain the value of either field (`LOGIN_WITH`). Default: `USERNAME_FIELD`. */
  readonly LOGIN_FIELD?: Choice<'username' | 'email' | 'phone_number'>
  /** The other fields of users on djoser's paths, as in Django: any of `email`, `first_name`, `last_name` and `phone_number`. Default: `email`; with another `USERNAME_FIELD` it is `none`. */
  readonly REQUIRED_FIELDS?: List
  /** What users log in with on all login paths: `username`, `email`, `phone`, or several of them separated by commas. If several accounts claim an address, it belongs to the account that confirmed it, and until then to the first one. With `phone`, a phone number belongs to one account. Default: `username`, plus the fields that `USERNAME_FIELD` and `LOGIN_FIELD` name. */
  readonly LOGIN_WITH?: List
  /** The region of phone numbers that are typed without a country code, such as DE. With `none`, such numbers cannot be used to log in. Default: `none`. */
  readonly DEFAULT_PHONE_REGION?: Text
  /** The id of a new account in tokens and on the classic paths: its number (`integer`), or a UUID that sorts by time (`uuid7`). Existing accounts keep theirs. Default: `integer`. */
  readonly ACCOUNT_UID?: Choice<'integer' | 'uuid7'>
  /** Who may register: everybody (`open`), people with an invitation (`invite`), or nobody (`closed`). Default: `open`. */
  readonly REGISTRATION?: Choice<'open' | 'invite' | 'closed'>
  /** Whether users must confirm their email address before they can log in. Default: `false`. */
  readonly REQUIRE_VERIFIED_EMAIL?: Switch
  /** A file with the JSON Schema of your own profile fields, for the `profile` member of accounts in v1. See [Administration](administration.md#profile-fields). Default: `none`. */
  readonly PROFILE_SCHEMA_FILE?: Text
  /** The path below which Latchkey serves djoser's paths. Default: `/auth/`. */
  readonly DJOSER_PREFIX?: Text
  /** The field by which `users/<id>/` finds users, and which responses about users contain. Default: `id`. */
  readonly USER_ID_FIELD?: Choice<'id' | 'username'>
  /** Whether a new account is inactive until its owner opens a mailed link. The same applies after a change of the address. Default: `false`. */
  readonly SEND_ACTIVATION_EMAIL?: Switch
  /** Whether Latchkey sends users a welcome email after activation or, without activation, after registration. Default: `false`. */
  readonly SEND_CONFIRMATION_EMAIL?: Switch
  /** The page of your front end that activation links open, such as `activate/{uid}/{token}`. Required with `SEND_ACTIVATION_EMAIL`. Default: `none`. */
  readonly ACTIVATION_URL?: Text
  /** The page of your front end where users set a new password, such as `password-reset/{uid}/{token}`. Without it, `users/reset_password/` mails nothing. Default: `none`. */
  readonly PASSWORD_RESET_CONFIRM_URL?: Text
  /** The page of your front end where users set a new name, such as `username-reset/{uid}/{token}`. Without it, `users/reset_username/` mails nothing. Default: `none`. */
  readonly USERNAME_RESET_CONFIRM_URL?: Text
  /** The scheme of the links in djoser's emails. Default: that of `PUBLIC_URL`. */
  readonly EMAIL_FRONTEND_PROTOCOL?: Choice<'http' | 'https'>
  /** The host of the links in djoser's emails, with its port if it needs one. Latchkey never takes it from a request. Default: the host of `PUBLIC_URL`. */
  readonly EMAIL_FRONTEND_DOMAIN?: Text
  /** What djoser's emails call your service. With `none`, the name of `MAIL_FROM`. Default: `none`. */
  readonly EMAIL_FRONTEND_SITE_NAME?: Text
  /** Whether `users/` requires the password twice: also as `re_password`. Default: `false`. */
  readonly USER_CREATE_PASSWORD_RETYPE?: Switch
  /** Whether `users/set_password/` requires the password twice: also as `re_new_password`. Default: `false`. */
  readonly SET_PASSWORD_RETYPE?: Switch
  /** Whether `users/reset_password_confirm/` requires the password twice: also as `re_new_password`. Default: `false`. */
  readonly PASSWORD_RESET_CONFIRM_RETYPE?: Switch
  /** Whether `users/set_username/` requires the name twice: also as `re_new_username`. Default: `false`. */
  readonly SET_USERNAME_RETYPE?: Switch
  /** Whether `users/reset_username_confirm/` requires the name twice: also as `re_new_username`. Default: `false`. */
  readonly USERNAME_RESET_CONFIRM_RETYPE?: Switch
  /** Whether requests for a mailed link say that nobody has the address. Then anybody can find out who has an account. Default: `false`. */
  readonly PASSWORD_RESET_SHOW_EMAIL_NOT_FOUND?: Switch
  /** The same as `PASSWORD_RESET_SHOW_EMAIL_NOT_FOUND`: either one applies to all paths that mail a link. Default: `false`. */
  readonly USERNAME_RESET_SHOW_EMAIL_NOT_FOUND?: Switch
  /** Whether users get an email after each change of their password. `SECURITY_NOTICES` can ask for it too. Default: `false`. */
  readonly PASSWORD_CHANGED_EMAIL_CONFIRMATION?: Switch
  /** Whether users get an email after each change of their name. Default: `false`. */
  readonly USERNAME_CHANGED_EMAIL_CONFIRMATION?: Switch
  /** Whether `users/set_password/` ends the user's keys. Default: `false`. */
  readonly LOGOUT_ON_PASSWORD_CHANGE?: Switch
  /** Whether users who are not staff see only themselves. Default: `true`. */
  readonly HIDE_USERS?: Switch
  /** Who may use djoser's paths, as in its settings: `{'user_list': ['rest_framework.permissions.IsAdminUser']}`. Actions that it does not name keep djoser's rules. See [djoser](djoser.md#permissions). Default: `{}`. */
  readonly PERMISSIONS?: Text
  /** Where djoser keeps keys. `none` switches keys off: then there are no `token/` paths. Default: `authtoken`. */
  readonly TOKEN_MODEL?: Text
  /** Must be `false`: Latchkey does not create Django's cookie sessions. Default: `false`. */
  readonly CREATE_SESSION_ON_LOGIN?: Switch
  /** How long the links in djoser's emails work. Default: `3d`. */
  readonly PASSWORD_RESET_TIMEOUT?: Duration
  /** What the pages call your service. Default: `Latchkey`. */
  readonly SITE_NAME?: Text
  /** An SVG file with your logo. The pages show it instead of the name. Default: `none`. */
  readonly SITE_LOGO_FILE?: Text
  /** The colour of buttons and links, in hexadecimal digits: `0b7285`. If white text is not legible on it, buttons take a darker shade. Default: `3b5bdb`. */
  readonly SITE_COLOR?: Text
  /** Links at the foot of every page, as `Label=address`, separated by commas: `Privacy=https://example.org/privacy, Help=mailto:help@example.org`. Default: `none`. */
  readonly SITE_LINKS?: List
  /** Whether Latchkey removes white space around a password. Default: `false`. */
  readonly TRIM_PASSWORDS?: Switch
  /** The smallest number of characters in a new password. Set 15 if passwords are the only protection of your accounts (NIST SP 800-63B-4). Default: `8`. */
  readonly MINIMUM_PASSWORD_LENGTH?: WholeNumber
  /** What people call your service. Latchkey refuses new passwords that are too similar to one of these names. Default: `latchkey`, and the parts of the host of `PUBLIC_URL` except the last. */
  readonly SERVICE_NAMES?: List
  /** The filter file with passwords from data breaches. Latchkey refuses these as new passwords. See [Passwords](passwords.md#passwords-from-data-breaches). Default: `none`. */
  readonly BREACHED_PASSWORDS?: Text
  /** Whether users can log in with imported hashes that offer no protection (unsalted, MD5). Their first login replaces the hash. Default: `false`. */
  readonly ALLOW_WEAK_HASHES?: Switch
  /** How many passwords Latchkey hashes at the same time. Default: the number of cores, at most one less than `UV_THREADPOOL_SIZE` (4). */
  readonly HASH_CONCURRENCY?: WholeNumber
  /** How many passwords may wait to be hashed. Beyond that, a login gets 503 with `Retry-After`. Default: `64`. */
  readonly HASH_QUEUE_LIMIT?: WholeNumber
  /** Memory that argon2id uses for one password, in KiB. Default: `19456`. */
  readonly HASH_MEMORY_KIB?: WholeNumber
  /** Number of passes of argon2id over its memory. Default: `2`. */
  readonly HASH_PASSES?: WholeNumber
  /** Number of lanes of argon2id. Default: `1`. */
  readonly HASH_LANES?: WholeNumber
  /** How long the audit log keeps events. `none` keeps them forever. Default: `400d`. */
  readonly AUDIT_RETENTION?: Duration
  /** Whether `/api/posts/`, `/api/protected/` and `/dashboard/` exist. Use them to try out tokens. The list of posts shows the newest 1,000. Default: the value of `DEBUG`. */
  readonly SAMPLE_RESOURCES?: Switch
  /** Whether the rate limits (`LIMIT_…`) apply. Use `off` only for tests and measurements. Default: `on`. */
  readonly RATE_LIMITS?: Switch
  /** Requests from one address to endpoints that need no login: register, log in, refresh, verify. This only stops runaway clients; each process counts on its own. Default: `30000/1m`. */
  readonly LIMIT_REQUESTS_PER_ADDRESS?: Text
  /** Registration requests from one address. Refused ones count too, because they reveal which usernames are taken. Default: `60/1h`. */
  readonly LIMIT_REGISTRATION_PER_ADDRESS?: Text
  /** Failed logins from one address, for any account. Default: `25/5m`. */
  readonly LIMIT_LOGIN_PER_ADDRESS?: Text
  /** Failed logins from one address for one account. A successful login resets the count. Default: `10/15m`. */
  readonly LIMIT_LOGIN_PER_ADDRESS_AND_ACCOUNT?: Text
  /** Failed logins for one account from all unfamiliar addresses together: those without a login to this account in the last 90 days. Default: `50/1h`. */
  readonly LIMIT_LOGIN_PER_ACCOUNT?: Text
  /** Wrong codes for the second factor of one account, whatever the factor and however many logins were begun. The right code resets the count. Wrong codes of logins by email count separately, per address. Passkeys cannot be guessed, so this limit does not apply to them. Default: `10/15m`. */
  readonly LIMIT_SECOND_FACTOR_PER_ACCOUNT?: Text
  /** Wrong passwords from a logged-in user who must confirm the password, for example to change it. The right password resets the count. Default: `10/1h`. */
  readonly LIMIT_PASSWORD_CONFIRMATION_PER_ACCOUNT?: Text
  /** Refreshes with the same refresh token, after the first one. This slows down clients that keep an old token or are caught in a loop. Each process counts on its own. Default: `60/1m`. */
  readonly LIMIT_REFRESH_PER_TOKEN?: Text
  /** Requests from one address for an email, for example to reset a password. Default: `30/1h`. */
  readonly LIMIT_MAIL_REQUEST_PER_ADDRESS?: Text
  /** Requests for one kind of email to one address, from all clients together. Registrations count too, and the address need not be known. This keeps mailboxes from being flooded. Links that were already sent remain valid. A registration beyond the limit succeeds, but sends no email. Default: `5/1h`. */
  readonly LIMIT_MAIL_REQUEST_PER_RECIPIENT?: Text
  /** The mail server: `smtp://user:password@host:port`, `smtps://…` for TLS from the first byte, or `file:DIR` for one file per message. With `none`, Latchkey sends no mail; with `DEBUG` it then shows mail at `/dev/mailbox`. Default: `none`. */
  readonly MAIL_URL?: Text
  /** A file with the value of `MAIL_URL`. */
  readonly MAIL_URL_FILE?: Text
  /** The sender of mail: an address, or a name with an address, such as `Example <no-reply@example.org>`. Messages call your service by that name, or by the host of `PUBLIC_URL`. Default: `no-reply@` and the host of `PUBLIC_URL`. */
  readonly MAIL_FROM?: Text
  /** The language of mail to accounts that have not chosen one: `en`, `de`, or one that has a folder in `MAIL_TEMPLATES`. Default: `en`. */
  readonly MAIL_LANGUAGE?: Text
  /** A folder with texts that replace Latchkey's own. See [Mail](mail.md). Default: `none`. */
  readonly MAIL_TEMPLATES?: Text
  /** The changes to an account that its owner is notified of by email: any of `password-changed`, `email-changed`, `new-device`, `sessions-ended`, `factor-added`, `factor-removed` and `recovery-code-used`, or `none`. Default: `password-changed, email-changed, new-device, sessions-ended, factor-added, factor-removed, recovery-code-used`. */
  readonly SECURITY_NOTICES?: List
  /** Your own page for a new password, which mailed links open. It sends the token to `/api/v1/password-reset/confirm`. Its origin must be that of `PUBLIC_URL` or in `ALLOWED_ORIGINS`. With `none`, the links open Latchkey's page. Example: `https://app.example.org/reset?token={token}`. Default: `none`. */
  readonly PASSWORD_RESET_URL?: Text
  /** Like `PASSWORD_RESET_URL`, for the links that confirm an address. Default: `none`. */
  readonly EMAIL_VERIFICATION_URL?: Text
  /** Like `PASSWORD_RESET_URL`, for the links that confirm a new address. Default: `none`. */
  readonly EMAIL_CHANGE_URL?: Text
  /** Like `PASSWORD_RESET_URL`, for the links in invitations. Default: `none`. */
  readonly INVITATION_URL?: Text
  /** How many emails may wait in the outbox while they cannot be sent. Latchkey gives up the oldest ones beyond that. It also gives up an email when its link has expired, or after three days. Default: `100000`. */
  readonly MAIL_QUEUE_LIMIT?: WholeNumber
  /** The module with your hooks, which Latchkey calls before and after certain operations. `none` uses none. See [Hooks and webhooks](hooks-and-webhooks.md). Default: `latchkey.config.ts`, `.mjs` or `.js` in the working directory, if it exists. */
  readonly CONFIG_MODULE?: Text
  /** How long Latchkey waits for a hook. Default: `2s`. */
  readonly HOOK_TIMEOUT?: Duration
  /** Whether webhooks may connect to private networks, such as `10.0.0.0/8`, and to this machine. Default: the value of `DEBUG`. */
  readonly WEBHOOK_ALLOW_PRIVATE?: Switch
  /** How many events may wait for one webhook. The oldest events beyond that are given up. Each takes about 1 kB in the database. Default: `1000000`. */
  readonly WEBHOOK_QUEUE_LIMIT?: WholeNumber
  /** How long an event may wait for a webhook that does not answer. Then it is given up. Default: `7d`. */
  readonly WEBHOOK_QUEUE_AGE?: Duration
  /** The token that Prometheus sends to `/metrics`, as `Authorization: Bearer TOKEN`. With `none` the path does not exist; with `DEBUG` it then answers only under `localhost`. Default: `none`. */
  readonly METRICS_TOKEN?: Text
  /** A file with the value of `METRICS_TOKEN`. */
  readonly METRICS_TOKEN_FILE?: Text
}

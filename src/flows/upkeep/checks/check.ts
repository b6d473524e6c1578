/** All possible findings about the settings. */
export const settingsCheckCodes = [
  'access_tokens_live_long',
  'refresh_tokens_live_long',
  'leeway_is_long',
  'retry_window_is_long',
  'sessions_survive_password_change',
  'invitations_need_mail',
  'confirmations_need_mail',
  'activations_need_mail',
  'link_page_is_missing',
  'accounts_are_revealed',
  'debug_is_public',
  'secret_of_development_is_public',
  'secret_is_not_random',
  'public_url_is_plain_http',
  'hashes_are_cheap',
  'proxy_is_unknown',
  'limits_are_off',
  'login_limit_is_off',
  'weak_hashes_are_allowed',
] as const

export type SettingsCheckCode = (typeof settingsCheckCodes)[number]

/** The result of one check. `advice` is harmless; `problem` makes `doctor` fail. */
export type Check = {
  /** What was checked: a setting's name, or a word. */
  subject: string
  verdict: 'ok' | 'advice' | 'problem'
  /** The finding, and what to do about it. */
  message: string
}

/** A finding about the settings, with a form for programs that write their own texts. */
export type SettingsCheck = Check & {
  code: SettingsCheckCode
  /** The values in the sentence. */
  params: Readonly<Record<string, string>>
}

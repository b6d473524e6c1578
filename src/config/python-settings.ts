/** Settings of djoser that name Python classes, and what takes their place here. */
const pythonSettings: Readonly<Record<string, string>> = {
  SERIALIZERS:
    'REQUIRED_FIELDS and LOGIN_FIELD decide which fields users have, and the options of urls and the hook addToAnswer what answers contain.',
  CONSTANTS: 'The messages of djoser are fixed.',
  EMAIL: 'MAIL_TEMPLATES names the folder with your own texts of emails.',
  SOCIAL_AUTH_TOKEN_STRATEGY: 'Latchkey does not serve the social/ paths.',
  SOCIAL_AUTH_ALLOWED_REDIRECT_URIS: 'Latchkey does not serve the social/ paths.',
  WEBAUTHN: 'Passkeys have settings of their own, such as PASSKEY_RP_ID.',
}

/** A dotted path of Python, or a list or a dictionary: no other program's variable. */
const PYTHON = /^[[({]|\w+\.\w+\.\w+/

/**
 * The settings of djoser that a server without Python cannot honour, as complete lines. Only with DJOSER on, and only
 * values that look like Python, because other programs have variables with such names.
 *
 * @param find returns what was set under a name, and where
 */
export function findPythonSettings(find: (name: string) => { text: string; from: string } | undefined): string[] {
  if (!/^(true|on|yes|1)$/i.test(find('DJOSER')?.text.trim() ?? '')) return []
  return Object.entries(pythonSettings).flatMap(([name, instead]) => {
    const given = find(name)
    return given !== undefined && PYTHON.test(given.text.trim())
      ? [`${name} (${given.from}): names Python classes, which Latchkey cannot load. Remove it. ${instead}`]
      : []
  })
}

import { catalogue } from '../texts/catalogue.ts'

/**
 * Why a request failed, and what the reader can do about it, by the code of the problem. Only the codes that people see before
 * they are signed in, or everywhere: `rare-texts.ts` has the others.
 */
export const problemTexts = catalogue(
  {
    offline: 'The server did not answer. Check your connection, then try again. Nothing you typed is lost.',
    page_error: 'Something went wrong on this page. Reload it and try again.',
    invalid_request: 'The server could not read this request. Reload the page and try again.',
    invalid_fields: 'Check the fields marked below.',
    not_authenticated: 'You are not signed in.',
    token_not_valid: 'Your session has ended. Sign in again.',
    no_active_account: 'This combination is wrong. Check both fields and try again.',
    email_not_verified: 'Confirm your email address before you sign in. The link is in the email we sent you.',
    challenge_not_valid: 'This took too long or failed too often. Start over.',
    one_time_token_not_valid: 'This link has already been used or has expired. Ask for a new one.',
    permission_denied: 'You do not have permission to do this.',
    csrf_check_failed: 'The server refused this page. Open it at the address that the operator gave you.',
    cookies_need_https: 'Signing in here needs https. Open the https address of this site.',
    not_found: 'This no longer exists.',
    registration_closed: 'You cannot create an account here.',
    throttled: 'Too many attempts. Wait a little, then try again.',
    throttledFor: (wait: string) => `Too many attempts. Try again in ${wait}.`,
    overloaded: 'The server is busy. Try again in a moment.',
    unavailable: 'The service is not available at the moment. Try again shortly.',
    internal_error: 'Something went wrong on the server. Try again. If it happens again, tell the operator.',
    unknown: 'This did not work. Try again.',
  },
  {
    de: {
      offline:
        'Der Server antwortet nicht. Prüfe deine Verbindung und versuche es noch einmal. Deine Eingaben bleiben.',
      page_error: 'Auf dieser Seite ist etwas schiefgegangen. Lade sie neu und versuche es noch einmal.',
      invalid_request: 'Der Server konnte die Anfrage nicht lesen. Lade die Seite neu und versuche es noch einmal.',
      invalid_fields: 'Prüfe die markierten Felder.',
      not_authenticated: 'Du bist nicht angemeldet.',
      token_not_valid: 'Deine Sitzung ist beendet. Melde dich neu an.',
      no_active_account: 'Diese Kombination stimmt nicht. Prüfe beide Felder und versuche es noch einmal.',
      email_not_verified:
        'Bestätige zuerst deine E-Mail-Adresse. Der Link steht in der Mail, die wir dir geschickt haben.',
      challenge_not_valid: 'Das hat zu lange gedauert oder ist zu oft gescheitert. Beginne neu.',
      one_time_token_not_valid: 'Dieser Link wurde schon benutzt oder ist abgelaufen. Fordere einen neuen an.',
      permission_denied: 'Dafür fehlt dir die Berechtigung.',
      csrf_check_failed: 'Der Server hat diese Seite abgewiesen. Öffne sie unter der Adresse, die der Betreiber nennt.',
      cookies_need_https: 'Die Anmeldung braucht hier https. Öffne die https-Adresse dieser Seite.',
      not_found: 'Das gibt es nicht mehr.',
      registration_closed: 'Hier kannst du kein Konto anlegen.',
      throttled: 'Zu viele Versuche. Warte ein wenig und versuche es dann noch einmal.',
      throttledFor: (wait) => `Zu viele Versuche. Versuche es in ${wait} noch einmal.`,
      overloaded: 'Der Server ist ausgelastet. Versuche es gleich noch einmal.',
      unavailable: 'Der Dienst ist gerade nicht verfügbar. Versuche es in Kürze noch einmal.',
      internal_error:
        'Auf dem Server ist etwas schiefgegangen. Versuche es noch einmal. Geschieht es wieder, sag dem Betreiber Bescheid.',
      unknown: 'Das hat nicht geklappt. Versuche es noch einmal.',
    },
  },
)

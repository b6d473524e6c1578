import { catalogue } from '../texts/catalogue.ts'

type Words = Readonly<Record<string, string>>

/** The server's own words are English. */
const asTheServerSays: Words = {}

const german: Words = {
  SECOND_FACTOR_REQUIRED_FOR:
    'Wer einen zweiten Faktor haben muss: `all`, `staff`, `group:NAME` oder mehrere davon. Konten, die einen haben, brauchen ihn immer. `none` verlangt ihn von niemandem.',
  SECOND_FACTOR_GRACE:
    'Wie lange sich ein Konto, das einen zweiten Faktor haben muss, von der ersten Anmeldung an ohne ihn anmelden kann. Danach gelingt die Anmeldung erst, wenn einer eingerichtet ist.',
  TOTP_LEEWAY_STEPS:
    'Wie viele Zeitschritte von 30 Sekunden ein Code einer Authenticator-App vor oder nach dem jetzigen liegen darf.',
  MAILED_CODES:
    'Ob man einen Code per Mail als zweiten Faktor wählen kann. Er ist der schwächste: Wer die Mails liest, kann auch das Passwort zurücksetzen.',
  LOGIN_BY_MAIL: 'Ob man sich ohne Passwort anmelden kann, mit einem Code, der an die bestätigte Adresse geht.',
  TRUSTED_DEVICE_LIFETIME:
    'Für wie lange man wählen kann, auf einem Gerät nicht wieder nach dem zweiten Faktor gefragt zu werden. Mit `none` wird immer gefragt.',
  PASSKEY_RP_ID:
    'Die Domain, zu der Passkeys gehören (die RP-ID): der Host von `PUBLIC_URL`, für den `none` steht, oder eine Domain darüber. Wird sie geändert, sind alle Passkeys unbrauchbar.',
  PASSKEY_ORIGINS:
    'Weitere Origins neben dem von `PUBLIC_URL`, die Passkeys benutzen dürfen: deine eigenen Seiten (`https://app.example.org`) und Android-Apps (`android:apk-key-hash:…`).',
  RECOVERY_DELAY:
    'Wie lange es dauert, bis es wirkt, wenn die Administration einen Faktor entfernt oder einen Wiederherstellungscode ausstellt. Bis dahin kann die Person es abbrechen; sie bekommt sofort eine Mail. `0s`: sofort.',
  AUTHENTICATION_CLAIMS:
    'Ob Zugriffstokens sagen, wann und wie man sich angemeldet hat: `auth_time`, `amr` und `acr` (`1`: ein Faktor, `2`: mehrere, oder ein Passkey, der die Person geprüft hat).',
  SERVICE_CREDENTIALS:
    'Die Dienste, die Tokens prüfen und widerrufen und die Liste beendeter Sitzungen lesen dürfen: `NAME:GEHEIMNIS`, durch Kommas getrennt. Nenne einen Namen zweimal, während du sein Geheimnis ersetzt.',
  USERNAME_CASE_SENSITIVE:
    'Ob Benutzernamen verschieden sind, die sich nur in Groß- und Kleinschreibung unterscheiden. Wenn nicht, sind auch solche gleich, die sich nur in der Unicode-Form (NFKC) oder in unsichtbaren Zeichen unterscheiden. Neue Namen dürfen dann keine unsichtbaren Zeichen enthalten und zwischen lateinischen Buchstaben keine aus anderen Alphabeten, die so aussehen.',
  USERNAME_FIELD:
    'Das Feld, das auf den klassischen Pfaden und denen von djoser ein Konto nennt, wie in Django. Mit `email` nehmen und melden diese Pfade `email` statt `username`, und die Adresse wird der Benutzername neuer Konten. Für `phone_number` gilt dasselbe.',
  LOGIN_FIELD:
    'Das Feld von djosers `token/login/`, und das, was djosers Pfade für neue Namen ändern. `jwt/create/` und die klassischen Pfade nehmen `USERNAME_FIELD`; darin darf dann der Wert eines der beiden Felder stehen (`LOGIN_WITH`).',
  REQUIRED_FIELDS:
    'Die übrigen Felder der Konten auf den Pfaden von djoser, wie in Django: `email`, `first_name`, `last_name`, `phone_number` oder mehrere davon.',
  LOGIN_WITH:
    'Womit man sich überall anmeldet: `username`, `email`, `phone` oder mehrere davon, durch Kommas getrennt. Beanspruchen mehrere Konten eine Adresse, gehört sie dem, das sie bestätigt hat, und bis dahin dem ersten. Mit `phone` gehört eine Telefonnummer nur einem Konto.',
  DEFAULT_PHONE_REGION:
    'Das Land für Telefonnummern, die ohne Ländervorwahl eingegeben werden, etwa DE. Mit `none` kann man sich mit solchen Nummern nicht anmelden.',
  ACCOUNT_UID:
    'Die ID eines neuen Kontos in Tokens und auf den klassischen Pfaden: seine Nummer (`integer`) oder eine UUID, die sich nach der Zeit sortiert (`uuid7`). Konten, die es schon gibt, behalten ihre.',
  REGISTRATION: 'Wer sich registrieren darf: alle (`open`), Eingeladene (`invite`) oder niemand (`closed`).',
  REQUIRE_VERIFIED_EMAIL: 'Ob man die E-Mail-Adresse bestätigen muss, bevor man sich anmelden kann.',
  PROFILE_SCHEMA_FILE: 'Eine Datei mit dem JSON-Schema deiner eigenen Profilfelder: Sie stehen in v1 unter `profile`.',
  DJOSER_PREFIX: 'Der Pfad, unter dem Latchkey die Pfade von djoser anbietet.',
  USER_ID_FIELD: 'Das Feld, nach dem `users/<id>/` sucht und das Antworten über Konten enthalten.',
  SEND_ACTIVATION_EMAIL:
    'Ob ein neues Konto erst aktiv wird, wenn der Link aus der Mail geöffnet ist. Nach einer Änderung der Adresse gilt dasselbe.',
  SEND_CONFIRMATION_EMAIL:
    'Ob Latchkey nach der Aktivierung einen Willkommensgruß mailt, ohne Aktivierung nach der Registrierung.',
  ACTIVATION_URL:
    'Die Seite deines Frontends, zu der Links zum Aktivieren führen, etwa `activate/{uid}/{token}`. Mit `SEND_ACTIVATION_EMAIL` nötig.',
  PASSWORD_RESET_CONFIRM_URL:
    'Die Seite deines Frontends, auf der man ein neues Passwort setzt, etwa `password-reset/{uid}/{token}`. Ohne sie mailt `users/reset_password/` nichts.',
  USERNAME_RESET_CONFIRM_URL:
    'Die Seite deines Frontends, auf der man einen neuen Namen setzt, etwa `username-reset/{uid}/{token}`. Ohne sie mailt `users/reset_username/` nichts.',
  EMAIL_FRONTEND_PROTOCOL: 'Das Schema der Links in den Mails von djoser.',
  EMAIL_FRONTEND_DOMAIN:
    'Der Host der Links in den Mails von djoser, bei Bedarf mit Port. Aus Anfragen übernimmt Latchkey ihn nie.',
  EMAIL_FRONTEND_SITE_NAME: 'Wie die Mails von djoser deinen Dienst nennen. Mit `none` so wie in `MAIL_FROM`.',
  USER_CREATE_PASSWORD_RETYPE: 'Ob `users/` das Passwort noch einmal als `re_password` verlangt.',
  SET_PASSWORD_RETYPE: 'Ob `users/set_password/` das Passwort noch einmal als `re_new_password` verlangt.',
  PASSWORD_RESET_CONFIRM_RETYPE:
    'Ob `users/reset_password_confirm/` das Passwort noch einmal als `re_new_password` verlangt.',
  SET_USERNAME_RETYPE: 'Ob `users/set_username/` den Namen noch einmal als `re_new_username` verlangt.',
  USERNAME_RESET_CONFIRM_RETYPE:
    'Ob `users/reset_username_confirm/` den Namen noch einmal als `re_new_username` verlangt.',
  PASSWORD_RESET_SHOW_EMAIL_NOT_FOUND:
    'Ob die Antwort sagt, dass niemand die Adresse hat, an die ein Link gehen soll. Dann kann jeder herausfinden, wer ein Konto hat.',
  USERNAME_RESET_SHOW_EMAIL_NOT_FOUND:
    'Dasselbe wie `PASSWORD_RESET_SHOW_EMAIL_NOT_FOUND`: Jede der beiden gilt für alle Pfade, die einen Link mailen.',
  PASSWORD_CHANGED_EMAIL_CONFIRMATION:
    'Ob nach jeder Änderung des Passworts eine Mail kommt. `SECURITY_NOTICES` kann das auch verlangen.',
  USERNAME_CHANGED_EMAIL_CONFIRMATION: 'Ob nach jeder Änderung des Namens eine Mail kommt.',
  LOGOUT_ON_PASSWORD_CHANGE: 'Ob `users/set_password/` die Schlüssel des Kontos ungültig macht.',
  HIDE_USERS: 'Ob alle, die nicht zum Team gehören, nur sich selbst sehen.',
  PERMISSIONS:
    "Wer die Pfade von djoser benutzen darf, wie in dessen Einstellungen: `{'user_list': ['rest_framework.permissions.IsAdminUser']}`. Für Aktionen, die hier nicht stehen, gelten die Regeln von djoser.",
  TOKEN_MODEL: 'Wo djoser Schlüssel aufbewahrt. `none` schaltet sie ab; dann gibt es keine Pfade `token/`.',
  CREATE_SESSION_ON_LOGIN: 'Muss `false` sein: Latchkey legt keine Cookie-Sitzungen von Django an.',
  PASSWORD_RESET_TIMEOUT: 'Wie lange die Links in den Mails von djoser gelten.',
  TRIM_PASSWORDS: 'Ob Latchkey Leerzeichen am Anfang und Ende eines Passworts entfernt.',
  MINIMUM_PASSWORD_LENGTH:
    'Wie viele Zeichen ein neues Passwort mindestens hat. Setze 15, wenn nur Passwörter deine Konten schützen (NIST SP 800-63B-4).',
  SERVICE_NAMES:
    'Wie dein Dienst genannt wird. Neue Passwörter, die einem dieser Namen zu ähnlich sind, weist Latchkey ab.',
  BREACHED_PASSWORDS:
    'Die Filterdatei mit Passwörtern aus Datenlecks. Latchkey nimmt sie als neue Passwörter nicht an.',
  ALLOW_WEAK_HASHES:
    'Ob man sich mit importierten Hashes anmelden kann, die nicht schützen (ohne Salt, MD5). Die erste Anmeldung ersetzt den Hash.',
  HASH_CONCURRENCY: 'Wie viele Passwörter Latchkey gleichzeitig hasht.',
  HASH_QUEUE_LIMIT:
    'Wie viele Passwörter darauf warten dürfen, gehasht zu werden. Darüber hinaus bekommt eine Anmeldung 503 mit der Zeit, nach der sie es wieder versuchen kann.',
  HASH_MEMORY_KIB: 'Wie viel Speicher argon2id für ein Passwort benutzt, in KiB.',
  HASH_PASSES: 'Wie oft argon2id seinen Speicher durchläuft.',
  HASH_LANES: 'Auf wie vielen Bahnen argon2id rechnet.',
}

/** Accounts, passwords and second factors: what each setting does, in languages other than the server's English. */
export const accountSettingTexts = catalogue({ words: asTheServerSays }, { de: { words: german } })

import { catalogue } from '../texts/catalogue.ts'

type Words = Readonly<Record<string, string>>

/** The server's own words are English. */
const asTheServerSays: Words = {}

const german: Words = {
  SITE_NAME: 'Wie die Seiten deinen Dienst nennen.',
  SITE_LOGO_FILE: 'Eine SVG-Datei mit deinem Logo. Die Seiten zeigen es statt des Namens.',
  SITE_COLOR:
    'Die Farbe von Knöpfen und Links als Hexadezimalzahl: `0b7285`. Ist weiße Schrift darauf nicht lesbar, nehmen Knöpfe einen dunkleren Ton.',
  SITE_LINKS:
    'Links am Fuß jeder Seite, als `Name=Adresse` durch Kommas getrennt: `Datenschutz=https://example.org/privacy, Hilfe=mailto:help@example.org`.',
  AUDIT_RETENTION: 'Wie lange das Protokoll Ereignisse behält. Mit `none` für immer.',
  SAMPLE_RESOURCES:
    'Ob es `/api/posts/`, `/api/protected/` und `/dashboard/` gibt. Mit ihnen kannst du Tokens ausprobieren. Die Liste der Beiträge enthält die neuesten 1000.',
  RATE_LIMITS: 'Ob die Limits (`LIMIT_…`) gelten. Nimm `off` nur für Tests und Messungen.',
  LIMIT_REQUESTS_PER_ADDRESS:
    'Anfragen von einer Adresse an Endpunkte, die keine Anmeldung brauchen: registrieren, anmelden, erneuern, prüfen. Das bremst nur Clients, die außer Kontrolle sind; jeder Prozess zählt für sich.',
  LIMIT_REGISTRATION_PER_ADDRESS:
    'Registrierungen von einer Adresse. Abgewiesene zählen mit, weil sie verraten, welche Benutzernamen vergeben sind.',
  LIMIT_LOGIN_PER_ADDRESS: 'Gescheiterte Anmeldungen von einer Adresse, für beliebige Konten.',
  LIMIT_LOGIN_PER_ADDRESS_AND_ACCOUNT:
    'Gescheiterte Anmeldungen von einer Adresse für ein Konto. Eine gelungene Anmeldung setzt den Zähler zurück.',
  LIMIT_LOGIN_PER_ACCOUNT:
    'Gescheiterte Anmeldungen für ein Konto von allen fremden Adressen zusammen: von denen, die sich in den letzten 90 Tagen nicht an diesem Konto angemeldet haben.',
  LIMIT_SECOND_FACTOR_PER_ACCOUNT:
    'Falsche Codes für den zweiten Faktor eines Kontos, egal welcher Faktor und wie viele Anmeldungen. Der richtige Code setzt den Zähler zurück. Falsche Codes bei Anmeldungen per Mail zählen getrennt, je Adresse. Passkeys lassen sich nicht erraten: Sie zählen nicht und lassen immer herein.',
  LIMIT_PASSWORD_CONFIRMATION_PER_ACCOUNT:
    'Falsche Passwörter von angemeldeten Personen, die ihr Passwort bestätigen müssen, etwa um es zu ändern. Das richtige Passwort setzt den Zähler zurück.',
  LIMIT_REFRESH_PER_TOKEN:
    'Erneuerungen mit einem Refresh-Token nach der ersten: ein Client, der ein altes Token behält, oder einer in einer Schleife. Jeder Prozess zählt für sich.',
  LIMIT_MAIL_REQUEST_PER_ADDRESS: 'Anforderungen von Mails von einer Adresse, etwa für ein neues Passwort.',
  LIMIT_MAIL_REQUEST_PER_RECIPIENT:
    'Anforderungen einer Art von Mail an eine E-Mail-Adresse, bekannt oder nicht, egal von wo, Registrierungen eingeschlossen. So werden Postfächer nicht überflutet. Schon gesendete Links gelten weiter. Eine Registrierung darüber hinaus gelingt ohne Mail.',
  MAIL_URL:
    'Der Mailserver: `smtp://user:password@host:port`, `smtps://…` für TLS vom ersten Byte an, oder `file:ORDNER` für eine Datei je Nachricht. Mit `none` sendet Latchkey keine Mails; mit `DEBUG` zeigt es sie dann unter `/dev/mailbox`.',
  MAIL_FROM:
    'Der Absender der Mails: eine Adresse, oder ein Name mit einer Adresse, etwa `Example <no-reply@example.org>`. Nachrichten nennen deinen Dienst bei diesem Namen oder beim Host von `PUBLIC_URL`.',
  MAIL_LANGUAGE:
    'Die Sprache der Mails an Konten, die keine gewählt haben: `en`, `de` oder eine, die in `MAIL_TEMPLATES` einen Ordner hat.',
  MAIL_TEMPLATES: 'Ein Ordner mit Texten, die Latchkeys eigene ersetzen.',
  SECURITY_NOTICES:
    'Über welche Änderungen an ihrem Konto Menschen eine Mail bekommen: `password-changed`, `email-changed`, `new-device`, `sessions-ended`, `factor-added`, `factor-removed`, `recovery-code-used`, mehrere davon oder `none`.',
  PASSWORD_RESET_URL:
    'Deine eigene Seite für ein neues Passwort, zu der gemailte Links führen. Sie sendet das Token an `/api/v1/password-reset/confirm`. Ihr Origin muss der von `PUBLIC_URL` sein oder in `ALLOWED_ORIGINS` stehen. Mit `none` führen die Links zur Seite von Latchkey. Beispiel: `https://app.example.org/reset?token={token}`.',
  EMAIL_VERIFICATION_URL: 'Wie `PASSWORD_RESET_URL`, für Links, die eine Adresse bestätigen.',
  EMAIL_CHANGE_URL: 'Wie `PASSWORD_RESET_URL`, für Links, die eine neue Adresse bestätigen.',
  INVITATION_URL: 'Wie `PASSWORD_RESET_URL`, für Links in Einladungen.',
  MAIL_QUEUE_LIMIT:
    'Wie viele Mails im Postausgang warten dürfen, solange sie sich nicht senden lassen. Sind es mehr, werden die ältesten aufgegeben. Einzeln wird eine Mail aufgegeben, wenn ihr Link abläuft oder nach drei Tagen.',
  CONFIG_MODULE:
    'Das Modul mit deinen Hooks, die Latchkey vor und nach bestimmten Vorgängen aufruft. Mit `none` gibt es keine.',
  HOOK_TIMEOUT: 'Wie lange Latchkey auf einen Hook wartet.',
  WEBHOOK_ALLOW_PRIVATE: 'Ob Webhooks private Netze wie `10.0.0.0/8` und diesen Rechner erreichen dürfen.',
  WEBHOOK_QUEUE_LIMIT:
    'Wie viele Ereignisse für einen Webhook warten dürfen. Sind es mehr, werden die ältesten aufgegeben. Jedes braucht etwa 1 kB in der Datenbank.',
  WEBHOOK_QUEUE_AGE: 'Wie lange ein Ereignis auf einen Webhook wartet, der nicht antwortet. Dann wird es aufgegeben.',
  METRICS_TOKEN:
    'Das Token, das Prometheus an `/metrics` sendet, als `Authorization: Bearer TOKEN`. Mit `none` gibt es den Pfad nicht; mit `DEBUG` antwortet er dann nur unter `localhost`.',
}

/** Pages, mail, limits and the rest: what each setting does, in languages other than the server's English. */
export const serviceSettingTexts = catalogue({ words: asTheServerSays }, { de: { words: german } })

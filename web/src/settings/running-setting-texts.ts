import { catalogue } from '../texts/catalogue.ts'

type Words = Readonly<Record<string, string>>

/** The server's own words are English. */
const asTheServerSays: Words = {}

const german: Words = {
  DEBUG:
    'Entwicklungsmodus: schaltet die Beispiele und das Postfach ein und erzeugt ein Geheimnis, wenn keines gesetzt ist. Nicht für den Betrieb: Latchkey startet damit nicht, wenn andere `PUBLIC_URL` erreichen können.',
  DEBUG_ON_PUBLIC_URL:
    'Erlaubt `DEBUG`, obwohl `PUBLIC_URL` nicht diesen Rechner nennt, für einen Server, den nur Entwickler erreichen. Die Seiten für Entwickler gibt es weiterhin nur unter `localhost` und Loopback-Adressen.',
  COMPATIBILITY:
    'Mit `simplejwt` verhält sich der klassische Vertrag genau wie Django REST framework mit SimpleJWT. Das ändert auch die Vorgaben einiger Einstellungen; das Handbuch nennt sie.',
  DJOSER: 'Ob Latchkey auch die Pfade von djoser anbietet, unterhalb von `DJOSER_PREFIX`.',
  LOG_LEVEL:
    'Die niedrigste Stufe, die ins Log kommt: `fatal`, `error`, `warn`, `info`, `debug` oder `trace`. `silent` schreibt nichts.',
  LOG_FORMAT: 'Das Format des Logs: `json` für Programme oder `text` für Menschen, mit einer kurzen Zeile je Eintrag.',
  HOST: 'Die Adresse, auf der der Server lauscht. `0.0.0.0` und `::` bedeuten alle Adressen. `unix:/run/latchkey/socket` lauscht auf einem Unix-Socket, mit dem sich Prozesse derselben Gruppe verbinden dürfen.',
  PORT: 'Der Port, auf dem der Server lauscht. `0` nimmt irgendeinen freien.',
  PUBLIC_URL:
    'Die Adresse, unter der Clients den Server erreichen: ein Origin oder ein Pfad darunter, etwa `https://example.org/auth`. Daraus entstehen die Links in Mails, der Aussteller der Tokens, Cookies und Weiterleitungen; aus Anfragen übernimmt Latchkey die Adresse nie. Lauscht der Server auf allen Adressen, steht in der Vorgabe `localhost`.',
  TRUSTED_PROXIES:
    'Die Adressen und Netze deiner Reverse-Proxys, etwa `10.0.0.5, 192.168.0.0/16, fd00::/8`, und `unix` für einen Proxy, der sich über einen Unix-Socket verbindet. Nur wenn einer von ihnen die Anfrage schickt, liest Latchkey die Adresse des Clients aus den Headern der Weiterleitung.',
  FORWARDED_HEADER:
    'Der Header, in dem deine Proxys die Adresse des Clients angeben. Mit `x-forwarded-for` liest Latchkey `Forwarded` (RFC 7239), wenn eine Anfrage kein `X-Forwarded-For` hat. Setze `forwarded`, wenn deine Proxys nur diesen Header senden; sonst könnte ein Client selbst ein `X-Forwarded-For` hinzufügen.',
  ALLOWED_ORIGINS:
    'Origins, deren Seiten den Server aus einem Browser aufrufen dürfen (CORS), etwa `https://app.example.org`.',
  ALLOWED_HEADERS:
    'Header, die Seiten aus `ALLOWED_ORIGINS` mitsenden dürfen. `Authorization`, `Content-Type`, `Accept` und `X-Latchkey-CSRF` sind immer erlaubt.',
  COOKIE_DOMAIN:
    'Die Domain, deren Hosts alle das Cookie mit dem Zugriffstoken bekommen, etwa `example.org`. Mit `none` bekommt es nur der Server selbst.',
  AUTH_HEADER_NAME:
    'Der Header, in dem Zugriffstokens ankommen. Dienste benutzen immer `Authorization`. Du kannst den Namen auch so schreiben wie in Django: HTTP_X_ACCESS_TOKEN.',
  ACCESS_COOKIE_NAME: 'Der Name des Cookies mit dem Zugriffstoken, ohne `__Host-` oder `__Secure-` davor.',
  REFRESH_COOKIE_NAME: 'Der Name des Cookies mit dem Refresh-Token, ohne das, was davorsteht.',
  HSTS_INCLUDE_SUBDOMAINS:
    'Ob `Strict-Transport-Security` auch für alle Hosts unterhalb von `PUBLIC_URL` gilt. Schalte es nur ein, wenn sie alle https benutzen.',
  KEEP_ALIVE_TIMEOUT:
    'Wie lange eine unbenutzte Verbindung offen bleibt. Der Wert muss größer sein als der des Proxys oder Load-Balancers davor. Sonst schickt dieser womöglich eine Anfrage in eine Verbindung, die gerade geschlossen wird.',
  AUTH_HEADER_TYPES:
    'Die Wörter, die im Header `Authorization` vor dem Token stehen dürfen. Antworten nennen das erste.',
  DATABASE_URL:
    'Die Datenbank: `sqlite:PFAD`, eine Datei, die Latchkey bei Bedarf anlegt, oder `postgres://user:password@host:port/name`. Eine URL kann mehrere PostgreSQL-Server nennen, `host1:port,host2:port`; Latchkey benutzt den, der Änderungen annimmt.',
  DATABASE_WAIT:
    'Wie lange der Server beim Start auf PostgreSQL wartet, bevor er sich beendet. Mit `0s` wartet er nicht.',
  DATABASE_STATEMENT_TIMEOUT:
    'Wie lange eine PostgreSQL-Anweisung dauern darf; eine Transaktion doppelt so lange. Eine Anfrage, die länger braucht, bekommt 503. Für Migrationen und Sicherungen gilt das nicht.',
  DATABASE_PREPARED_STATEMENTS:
    'Ob PostgreSQL-Verbindungen vorbereitete Anweisungen behalten; das ist schneller. Setze `false` hinter einem Pooler, der sie im Transaktionsmodus nicht unterstützt, etwa PgBouncer vor 1.21. Lässt du es dort eingeschaltet, bemerkt der Server das und schaltet es ab.',
  SECRET_KEY:
    'Das Geheimnis dieses Servers, mindestens 32 Byte. Es signiert Tokens mit HS256 und verschlüsselt die privaten Schlüssel in der Datenbank; alle anderen Schlüssel des Servers leitet Latchkey daraus ab. Mit `DEBUG` erzeugt Latchkey eines und legt es in der Datei `secret-key` neben der Datenbank ab.',
  SECRET_KEY_FALLBACKS:
    'Frühere Werte von `SECRET_KEY`, der neueste zuerst. Was sie signiert oder verschlüsselt haben, nimmt Latchkey weiter an, benutzt sie aber für nichts Neues. Entferne einen Wert, sobald das letzte Refresh-Token abgelaufen ist, das mit ihm ausgestellt wurde.',
  ALGORITHM:
    'Der Algorithmus, der Tokens signiert: `HS256`, `ES256`, `EdDSA` oder `RS256`. Alle außer `HS256` benutzen Schlüsselpaare, die Latchkey anlegt, veröffentlicht und wechselt.',
  SIGNING_KEY_LIFETIME: 'Wie lange ein Schlüsselpaar Tokens signiert, bevor das nächste übernimmt.',
  ACCESS_TOKEN_LIFETIME: 'Wie lange ein Zugriffstoken gilt.',
  REFRESH_TOKEN_LIFETIME: 'Wie lange ein Refresh-Token gilt. Wer länger fortbleibt, muss sich neu anmelden.',
  LEEWAY: 'Wie weit die Uhren der Rechner auseinandergehen dürfen, wenn Latchkey die Zeiten in einem Token prüft.',
  ISSUER: 'Der Claim `iss` der ausgestellten Tokens; kein anderer wird angenommen. Mit `none` haben sie keinen.',
  AUDIENCE: 'Der Claim `aud` der ausgestellten Tokens; kein anderer wird angenommen.',
  USER_ID_CLAIM: 'Der Claim mit der ID des Kontos.',
  GROUPS_CLAIM: 'Der Claim der Zugriffstokens mit den Namen der Gruppen des Kontos, etwa `groups`.',
  PERMISSIONS_CLAIM: 'Der Claim der Zugriffstokens mit den Berechtigungen des Kontos, etwa `permissions`.',
  SESSION_LIFETIME:
    'Wie lange eine Sitzung höchstens dauert, egal wie oft sie erneuert wird. Mit `none` gibt es keine Grenze.',
  ROTATE_REFRESH_TOKENS: 'Ob jede Erneuerung ein neues Refresh-Token liefert.',
  BLACKLIST_AFTER_ROTATION: 'Ob ein Refresh-Token nicht mehr gilt, sobald es gegen ein neues getauscht ist.',
  REFRESH_RETRY_WINDOW:
    'Wie lange nach dem Tausch ein Client dasselbe Refresh-Token noch einmal senden kann und dasselbe neue bekommt. Das ist für zwei Tabs gedacht, die zugleich erneuern, und für verlorene Antworten. `0s` schaltet es ab. Mit `until-used` geht es, bis das neue Token zum ersten Mal vorgelegt wird, für Handys, denen vor dem Speichern der Strom ausgeht. Der Preis: Bis dahin bekommt auch ein Dieb, der das alte Token kopiert hat, das neue, und niemand merkt es.',
  REUSE_ENDS_SESSION:
    'Ob Latchkey die Sitzung beendet, wenn ein benutztes Refresh-Token nach Ablauf von `REFRESH_RETRY_WINDOW` wiederkommt. Andere Sitzungen laufen weiter.',
  MAXIMUM_SESSIONS_PER_ACCOUNT:
    'Wie viele Sitzungen ein Konto gleichzeitig haben darf; `none` für beliebig viele. Eine Anmeldung darüber hinaus beendet die Sitzung, die am längsten unbenutzt ist.',
  REVOKE_ON_PASSWORD_CHANGE: 'Ob ein neues Passwort die anderen Sitzungen des Kontos beendet.',
  CHECK_SESSION: 'Ob Latchkeys eigene Endpunkte ein Zugriffstoken abweisen, sobald seine Sitzung beendet ist.',
  RECENT_LOGIN_LIFETIME:
    'Wie lange nach der Anmeldung die heikelsten Aktionen erlaubt sind, etwa das Wechseln von Signaturschlüsseln. Danach muss man sich neu anmelden.',
  UPDATE_LAST_LOGIN: 'Ob eine Anmeldung den Zeitpunkt der letzten Anmeldung des Kontos setzt.',
  END_SESSIONS_ON_DEACTIVATION:
    'Ob das Deaktivieren eines Kontos seine Sitzungen endgültig beendet. Wenn nicht, leben sie beim Aktivieren wieder auf.',
  CARRY_OVER_SECRET:
    'Womit die Tokens des Servers geprüft werden, den Latchkey ersetzt: sein Geheimnis (`SIMPLE_JWT["SIGNING_KEY"]` oder Djangos `SECRET_KEY`) für HS256, HS384 oder HS512, oder sein öffentlicher Schlüssel als PEM für RS256, RS384, RS512, ES256 oder EdDSA. Latchkey nimmt dann seine Zugriffstokens an, bis sie ablaufen, und tauscht jedes seiner Refresh-Tokens einmal gegen eine Sitzung. `none` schaltet das ab.',
  CARRY_OVER_UNTIL:
    'Der letzte Tag (UTC), an dem Tokens des ersetzten Servers angenommen werden, etwa `2027-01-31`. Mit `CARRY_OVER_SECRET` nötig. Nimm den Tag der Umstellung plus die Lebensdauer eines Refresh-Tokens.',
  CARRY_OVER_SECRET_MAY_BE_GUESSED:
    'Erlaubt ein `CARRY_OVER_SECRET` unter 32 Byte. Wer es errät, kann sich bis `CARRY_OVER_UNTIL` als jeder anmelden. Ein Angreifer braucht nur ein Token, um Vermutungen zu prüfen, ohne den Server zu fragen.',
  CARRY_OVER_USER_ID_CLAIM:
    'Der Claim, der in Tokens des ersetzten Servers die `uid` des Kontos nennt: `SIMPLE_JWT["USER_ID_CLAIM"]`.',
  CARRY_OVER_TOKEN_TYPE_CLAIM:
    'Der Claim, in dem bei Tokens des ersetzten Servers `access` oder `refresh` steht: `SIMPLE_JWT["TOKEN_TYPE_CLAIM"]`. Mit `none` sind alle Zugriffstokens, wie in Anwendungen mit jsonwebtoken.',
  CARRY_OVER_JTI_CLAIM:
    'Der Claim, der in Tokens des ersetzten Servers die Kennung des Tokens enthält: `SIMPLE_JWT["JTI_CLAIM"]`.',
  CARRY_OVER_REFRESH_EXP_CLAIM:
    'Der Claim eines Sliding-Tokens des ersetzten Servers mit der Zeit, bis zu der es erneuert werden kann: `SIMPLE_JWT["SLIDING_TOKEN_REFRESH_EXP_CLAIM"]`.',
  CARRY_OVER_ISSUER: 'Der einzige Wert von `iss`, der bei Tokens des ersetzten Servers angenommen wird.',
  CARRY_OVER_AUDIENCE: 'Der einzige Wert von `aud`, der bei Tokens des ersetzten Servers angenommen wird.',
}

/** How the server runs, and its tokens and sessions: what each setting does, in languages other than the server's English. */
export const runningSettingTexts = catalogue({ words: asTheServerSays }, { de: { words: german } })

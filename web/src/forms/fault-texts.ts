import { catalogue } from '../texts/catalogue.ts'

/**
 * What is wrong with a field, by the fault's name. Only the faults that people see before they are signed in:
 * `api/rare-texts.ts` has the rest.
 */
export const faultTexts = catalogue(
  {
    required: 'Fill this in.',
    minLength: 'This is too short.',
    maxLength: 'This is too long.',
    too_long: 'This is too long.',
    invisible_character: 'This contains an invisible character.',
    invalid_email: 'Enter an email address such as anna@example.com.',
    invalid_username: 'Use letters, digits and @ . + - _ only.',
    invalid_phone_number: 'Enter a phone number such as +49 30 123456.',
    phone_number_taken: 'This phone number is taken.',
    username_taken: 'This user name is taken. Choose another one.',
    wrong_password: 'This password is wrong.',
    tooShort: (minimum: number) => `Use at least ${minimum} characters.`,
    too_common: 'This password is too common. Choose one that others would not think of.',
    entirely_numeric: 'Do not use digits only.',
    breached: 'This password appeared in a data breach, so attackers try it. Choose another one.',
    similarTo: {
      username: 'This is too similar to the user name.',
      first_name: 'This is too similar to the first name.',
      last_name: 'This is too similar to the last name.',
      email: 'This is too similar to the email address.',
      service_name: 'This is too similar to the name of this service.',
    },
    other: 'This cannot be used. Change it and try again.',
  },
  {
    de: {
      required: 'Bitte ausfüllen.',
      minLength: 'Das ist zu kurz.',
      maxLength: 'Das ist zu lang.',
      too_long: 'Das ist zu lang.',
      invisible_character: 'Das enthält ein unsichtbares Zeichen.',
      invalid_email: 'Gib eine E-Mail-Adresse ein, zum Beispiel anna@example.com.',
      invalid_username: 'Erlaubt sind Buchstaben, Ziffern und @ . + - _',
      invalid_phone_number: 'Gib eine Telefonnummer ein, zum Beispiel +49 30 123456.',
      phone_number_taken: 'Diese Telefonnummer ist vergeben.',
      username_taken: 'Dieser Benutzername ist vergeben. Wähle einen anderen.',
      wrong_password: 'Dieses Passwort stimmt nicht.',
      tooShort: (minimum) => `Nimm mindestens ${minimum} Zeichen.`,
      too_common: 'Dieses Passwort ist zu verbreitet. Wähle eines, auf das andere nicht kommen.',
      entirely_numeric: 'Nimm nicht nur Ziffern.',
      breached: 'Dieses Passwort stand in einem Datenleck und wird von Angreifern probiert. Wähle ein anderes.',
      similarTo: {
        username: 'Das ist dem Benutzernamen zu ähnlich.',
        first_name: 'Das ist dem Vornamen zu ähnlich.',
        last_name: 'Das ist dem Nachnamen zu ähnlich.',
        email: 'Das ist der E-Mail-Adresse zu ähnlich.',
        service_name: 'Das ist dem Namen dieses Dienstes zu ähnlich.',
      },
      other: 'Das kann nicht verwendet werden. Ändere es und versuche es noch einmal.',
    },
  },
)

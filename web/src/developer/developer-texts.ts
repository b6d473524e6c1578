import { catalogue } from '../texts/catalogue.ts'

export const developerTexts = catalogue(
  {
    mailbox: {
      title: 'Mailbox',
      lead: 'The emails that would have been sent, newest first.',
      empty: 'There are no emails yet',
      emptyLead: 'Sign up or reset a password: the email appears here at once.',
      choose: 'Choose an email',
      from: 'From',
      to: 'To',
      at: 'Sent',
      asHtml: 'HTML',
      asText: 'Text',
      links: 'Links',
      reload: 'Check for new emails',
      frame: 'The email as it will appear',
    },
    manual: { title: 'Manual', contents: 'Contents' },
  },
  {
    de: {
      mailbox: {
        title: 'Postfach',
        lead: 'Die Mails, die gesendet worden wären, die neueste zuerst.',
        empty: 'Noch gibt es keine Mail',
        emptyLead: 'Lege ein Konto an oder setze ein Passwort zurück: Die Mail erscheint sofort hier.',
        choose: 'Wähle eine Mail',
        from: 'Von',
        to: 'An',
        at: 'Gesendet',
        asHtml: 'HTML',
        asText: 'Text',
        links: 'Links',
        reload: 'Nach neuen Mails schauen',
        frame: 'Die Mail, wie sie erscheinen wird',
      },
      manual: { title: 'Handbuch', contents: 'Inhalt' },
    },
  },
)

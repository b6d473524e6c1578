import { catalogue } from '../texts/catalogue.ts'

export const userMailTexts = catalogue(
  {
    title: 'Email',
    lead: 'Emails to this user that are waiting, and those of the last 30 days. The text of an email is never shown.',
    empty: 'No emails',
    emptyLead: 'This user got no email in the last 30 days.',
  },
  {
    de: {
      title: 'Mails',
      lead: 'Wartende Mails an diesen Benutzer und Mails der letzten 30 Tage. Der Text einer Mail wird nie gezeigt.',
      empty: 'Keine Mails',
      emptyLead: 'Dieser Benutzer hat in den letzten 30 Tagen keine Mail bekommen.',
    },
  },
)

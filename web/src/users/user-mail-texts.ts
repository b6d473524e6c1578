import { catalogue } from '../texts/catalogue.ts'

export const userMailTexts = catalogue(
  {
    title: 'Mail',
    lead: 'Mail to this user that is waiting, and mail of the last 30 days. The text of a mail is never shown.',
    empty: 'No mail',
    emptyLead: 'This user got no mail in the last 30 days.',
  },
  {
    de: {
      title: 'Mail',
      lead: 'Wartende Mails an diesen Benutzer und Mails der letzten 30 Tage. Der Text einer Mail wird nie gezeigt.',
      empty: 'Keine Mails',
      emptyLead: 'Dieser Benutzer hat in den letzten 30 Tagen keine Mail bekommen.',
    },
  },
)

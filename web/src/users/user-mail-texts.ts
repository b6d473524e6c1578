import { catalogue } from '../texts/catalogue.ts'

export const userMailTexts = catalogue(
  {
    title: 'Mail',
    lead: 'Mail to this user that waits, and mail of the last 30 days. Nobody can read its text here.',
    empty: 'No mail',
    emptyLead: 'This user got no mail in the last 30 days.',
  },
  {
    de: {
      title: 'Mail',
      lead: 'Mails an diesen Benutzer, die warten, und solche der letzten 30 Tage. Ihren Text kann hier niemand lesen.',
      empty: 'Keine Mails',
      emptyLead: 'Dieser Benutzer hat in den letzten 30 Tagen keine Mail bekommen.',
    },
  },
)

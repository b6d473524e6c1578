import { catalogue } from '../texts/catalogue.ts'

export const rightsTexts = catalogue(
  {
    title: 'Rights',
    lead: 'Staff can use the administration, within their permissions. Superusers can do everything.',
    own: 'You cannot change your own rights here. Another superuser can.',
    staff: 'Staff',
    staffHint: 'Can open the administration.',
    superuser: 'Superuser',
    superuserHint: 'Has every permission and can grant rights. Needs to be staff as well to open the administration.',
    groups: 'Groups',
    groupsLead: 'Members of a group have its permissions.',
    permissions: 'Own permissions',
    permissionsLead: 'In addition to those of the groups.',
    save: 'Save rights',
    saved: 'Saved. The rights apply from the next request on.',
    effective: 'All permissions together',
    effectiveLead: 'What the account can do at the moment, from its own permissions and its groups.',
    effectiveAll: 'Superusers can do everything.',
    none: 'None',
    noStaffWarning: 'The account holds permissions, but without being staff it cannot use the administration.',
  },
  {
    de: {
      title: 'Rechte',
      lead: 'Mitglieder des Teams dürfen die Administration im Rahmen ihrer Berechtigungen benutzen. Superuser dürfen alles.',
      own: 'Die eigenen Rechte kannst du hier nicht ändern. Ein anderer Superuser kann es.',
      staff: 'Team',
      staffHint: 'Darf die Administration öffnen.',
      superuser: 'Superuser',
      superuserHint:
        'Hat jede Berechtigung und darf Rechte vergeben. Um die Administration zu benutzen, muss das Konto auch zum Team gehören.',
      groups: 'Gruppen',
      groupsLead: 'Mitglieder einer Gruppe haben ihre Berechtigungen.',
      permissions: 'Eigene Berechtigungen',
      permissionsLead: 'Zusätzlich zu denen der Gruppen.',
      save: 'Rechte speichern',
      saved: 'Gespeichert. Die Rechte gelten ab der nächsten Anfrage.',
      effective: 'Alle Berechtigungen zusammen',
      effectiveLead: 'Was das Konto im Moment darf, durch eigene Berechtigungen und seine Gruppen.',
      effectiveAll: 'Superuser dürfen alles.',
      none: 'Keine',
      noStaffWarning:
        'Das Konto hat Berechtigungen, kann aber die Administration nicht benutzen, weil es nicht zum Team gehört.',
    },
  },
)

import type { ForeignTable } from '../../storage/foreign/foreign-database.ts'
import { type FullMapping, namedTable } from './guess-mapping.ts'

/** The guessed mapping as a file to edit, with comments. */
export function mappingTemplate(tables: readonly ForeignTable[], mapping: FullMapping): string {
  const { table, key, columns, joins, profile, deleted, bot, posts } = mapping
  const json = (value: unknown) => JSON.stringify(value ?? null)
  const mapped = new Set(Object.values(columns))
  const unused = namedTable(tables, table).columns.filter(({ name }) => !mapped.has(name) && name !== key)
  const lines = Object.entries(columns).map(([field, column]) => `    ${json(field)}: ${json(column)}`)
  return `{
  // Which table holds the users, and its primary key. Tokens name users by "uid"; null: by the key (USER_ID_FIELD).
  "table": ${json(table)},
  "key": ${json(key)},
  "uid": ${json(mapping.uid)},

  // Which column holds which field; null: none. A name may be a column of a join below, such as "profile.phone".
  // Accounts without a username get one that is derived from their email address, phone number or key.
  // Columns that are not mapped: ${unused.map(({ name }) => name).join(', ') || 'none'}.
  "columns": {
${lines.join(',\n')}
  },

  // Other tables with one row for each user. Example, for a table with a column user_id:
  //   "profile": {"table": "accounts_profile", "column": "user_id", "equals": ${json(key)}}
  "joins": ${json(joins)},

  // Your own profile fields (PROFILE_SCHEMA) and their columns. Example: {"company": "profile.company"}
  "profile": ${json(profile)},

  // Which column marks deleted users and bots, and what to do with them: "import", "deactivate" or "skip".
  "deleted": ${json(deleted)},
  "bot": ${json(bot)},

  // Whether to import groups and permissions, the addresses of django-allauth, and the blacklist of SimpleJWT.
  "groups": true,
  "email_addresses": true,
  "blacklist": true,

  // The posts of the sample application.
  "posts": ${json(posts)},

  // Decisions about single users, by key: other data, or null to leave one out.
  // Example: {"17": {"username": "anna2"}, "23": null}
  "overrides": {}
}
`
}

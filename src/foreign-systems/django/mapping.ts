import { readFileSync } from 'node:fs'
import { type Static, Type } from 'typebox'
import { messageOf } from '../../platform/is-error.ts'
import { schemaValidator } from '../../platform/schema-validator.ts'
import { unreadable } from '../export-file.ts'
import { ForeignSystemError } from '../foreign-system.ts'

const optional = Type.Optional(Type.Union([Type.String(), Type.Null()]))

/** The fields of an account that a column can be mapped to. */
const columns = Type.Object(
  {
    username: optional,
    email: optional,
    phone_number: optional,
    first_name: optional,
    last_name: optional,
    password: optional,
    is_active: optional,
    is_staff: optional,
    is_superuser: optional,
    email_verified: optional,
    date_joined: optional,
    last_login: optional,
  },
  { additionalProperties: false },
)

const mark = Type.Union([
  Type.Null(),
  Type.Object(
    { column: Type.String(), action: Type.Enum(['import', 'deactivate', 'skip']) },
    { additionalProperties: false },
  ),
])

const mappingSchema = Type.Object(
  {
    table: Type.String(),
    key: Type.Optional(Type.String()),
    uid: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    columns: Type.Optional(columns),
    joins: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Object(
          { table: Type.String(), column: Type.String(), equals: Type.Optional(Type.String()) },
          { additionalProperties: false },
        ),
      ),
    ),
    profile: Type.Optional(Type.Record(Type.String(), Type.String())),
    deleted: Type.Optional(mark),
    bot: Type.Optional(mark),
    groups: Type.Optional(Type.Boolean()),
    email_addresses: Type.Optional(Type.Boolean()),
    blacklist: Type.Optional(Type.Boolean()),
    posts: Type.Optional(
      Type.Union([
        Type.Null(),
        Type.Object(
          {
            table: Type.String(),
            author: Type.String(),
            title: Type.String(),
            content: Type.String(),
            created_at: Type.Optional(Type.String()),
            updated_at: Type.Optional(Type.String()),
          },
          { additionalProperties: false },
        ),
      ]),
    ),
    overrides: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Union([
          Type.Null(),
          Type.Object(
            { username: Type.Optional(Type.String()), email: Type.Optional(Type.String()) },
            { additionalProperties: false },
          ),
        ]),
      ),
    ),
  },
  { additionalProperties: false },
)

/**
 * Where a Django project stores the facts of an account, as `docs/moving-from-django.md` describes it. A column is
 * `name`, or `join.name`. Parts that are left out are guessed; null means that there is none.
 */
export type Mapping = Static<typeof mappingSchema>

/** The fields that a column can be mapped to. */
export type MappedField = keyof NonNullable<Mapping['columns']>

const validator = schemaValidator(mappingSchema)

/**
 * Reads a mapping file: JSON, and lines that begin with two slashes are comments.
 *
 * @throws ForeignSystemError if it cannot be read, or naming its first fault
 */
export function readMapping(path: string): Mapping {
  return parseMapping(readText(path))
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    return unreadable(path)(error)
  }
}

function parseMapping(text: string): Mapping {
  const json = text.replace(/^[ \t]*\/\/.*$/gm, '')
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    throw new ForeignSystemError(`The mapping file is not JSON: ${messageOf(error)}`, error)
  }
  if (validator().Check(value)) return value as Mapping
  const [fault] = validator().Errors(value)
  const place = fault?.instancePath.replaceAll('/', '.').replace(/^\./, '')
  const unknown = fault?.keyword === 'additionalProperties' ? ` (${fault.params.additionalProperties.join(', ')})` : ''
  throw new ForeignSystemError(
    `The mapping file is not valid${place ? ` at ${place}` : ''}: ${fault?.message ?? 'wrong form'}${unknown}. ` +
      'Print one that fits with --mapping-template.',
  )
}

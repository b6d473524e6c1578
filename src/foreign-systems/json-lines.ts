import type { Readable } from 'node:stream'
import { Type } from 'typebox'
import { schemaValidator } from '../platform/schema-validator.ts'
import { momentOf } from './account-of.ts'
import { readJsonLines } from './export-file.ts'
import {
  type ForeignAccount,
  type ForeignGroup,
  type ForeignPost,
  type ForeignSystem,
  ForeignSystemError,
  noRecords,
} from './foreign-system.ts'
import { factorLines, factorOfLine } from './json-factor-lines.ts'

const text = Type.Optional(Type.Union([Type.String(), Type.Null()]))
const flag = Type.Optional(Type.Boolean())
const texts = Type.Optional(Type.Array(Type.String()))
const uid = Type.Union([Type.Integer({ minimum: 1 }), Type.String({ minLength: 1, maxLength: 255 })])

/** A line of the format that `docs/export.schema.json` describes, as far as an import reads it. */
const line = Type.Union([
  Type.Object({ type: Type.Literal('group'), name: Type.String(), permissions: texts }),
  Type.Object({
    type: Type.Literal('account'),
    uid,
    username: text,
    email: text,
    email_verified: flag,
    phone_number: text,
    first_name: text,
    last_name: text,
    is_active: flag,
    is_staff: flag,
    is_superuser: flag,
    created_at: text,
    last_login_at: text,
    password_hash: text,
    groups: texts,
    permissions: texts,
    profile: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    locale: text,
  }),
  Type.Object({
    type: Type.Literal('post'),
    id: Type.Union([Type.Integer(), Type.String()]),
    author: Type.Union([uid, Type.Null()]),
    title: Type.String(),
    content: Type.String(),
    created_at: text,
    updated_at: text,
  }),
  ...factorLines,
  // Tokens of another Latchkey are signed with another key, so its sessions cannot continue here.
  Type.Object({ type: Type.Literal('session') }),
])
const validator = schemaValidator(line)

type Line = Record<string, unknown> & { type: string; [member: string]: unknown }

const BATCH = 1_000

/**
 * Opens Latchkey's own export format, one JSON object per line.
 *
 * @param open reads the text of the file again. Default: the file is not encrypted
 * @throws ForeignSystemError while reading, with the number of the line
 */
export function openJsonLines(path: string, open?: () => Readable): ForeignSystem {
  const readLines = (type?: Line['type']) => validLines(path, open, type)
  async function* accounts(): AsyncIterable<readonly ForeignAccount[]> {
    yield* batches(readLines('account'), toAccount)
  }
  async function* posts(): AsyncIterable<readonly ForeignPost[]> {
    yield* batches(readLines('post'), toPost)
  }
  return {
    description: path,
    countAccounts: async () => undefined,
    accounts,
    async groups() {
      const groups = new Map<string, ForeignGroup>()
      for await (const read of readLines()) {
        if (read.type === 'group') {
          const name = String(read.name)
          groups.set(name, { key: name, name, permissions: (read.permissions ?? []) as string[] })
        }
        // A group without a line of its own has no permissions. Its members stay members.
        for (const name of read.type === 'account' ? ((read.groups ?? []) as string[]) : []) {
          if (!groups.has(name)) groups.set(name, { key: name, name, permissions: [] })
        }
      }
      return [...groups.values()]
    },
    spentTokens: noRecords,
    posts,
    factors: () => batches(readLines('factor or trusted_device'), factorOfLine),
    notes: [],
    close: async () => {},
  }
}

/** @param type only the lines of this type, or of one of these; undefined: all */
async function* validLines(path: string, open: (() => Readable) | undefined, type?: Line['type']): AsyncIterable<Line> {
  const wanted = type?.split(' or ')
  for await (const { value, line } of readJsonLines(path, open)) {
    if (!validator().Check(value)) {
      const [fault] = validator().Errors(value)
      throw new ForeignSystemError(`${path}, line ${line} is not valid: ${fault?.message ?? 'wrong form'}.`)
    }
    if (wanted === undefined || wanted.includes((value as Line).type)) yield value as Line
  }
}

async function* batches<Item>(lines: AsyncIterable<Line>, to: (line: Line) => Item): AsyncIterable<readonly Item[]> {
  let batch: Item[] = []
  for await (const one of lines) {
    batch.push(to(one))
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

function toAccount(read: Line): ForeignAccount {
  const text = (name: string) => (typeof read[name] === 'string' ? (read[name] as string) : '')
  return {
    key: String(read.uid),
    uid: { text: String(read.uid), isNumber: typeof read.uid === 'number' },
    username: text('username') || undefined,
    email: text('email'),
    isEmailVerified: read.email_verified === true,
    phoneNumber: text('phone_number'),
    firstName: text('first_name'),
    lastName: text('last_name'),
    isActive: read.is_active !== false,
    isStaff: read.is_staff === true,
    isSuperuser: read.is_superuser === true,
    createdAt: momentOf(read.created_at),
    lastLoginAt: momentOf(read.last_login_at),
    passwordHash: typeof read.password_hash === 'string' ? read.password_hash : undefined,
    groups: ((read.groups ?? []) as string[]).toSorted(),
    permissions: ((read.permissions ?? []) as string[]).toSorted(),
    profile: (read.profile ?? {}) as Record<string, unknown>,
    locale: text('locale') || undefined,
  }
}

function toPost(read: Line): ForeignPost {
  const createdAt = momentOf(read.created_at) ?? 0
  return {
    key: String(read.id),
    authorKey: String(read.author),
    title: String(read.title),
    content: String(read.content),
    createdAt,
    updatedAt: momentOf(read.updated_at) ?? createdAt,
  }
}

import { useTexts } from '../texts/texts.tsx'
import { Described } from './described.tsx'
import type { Schema } from './openapi.ts'
import classes from './reference-page.module.css'
import { referenceTexts } from './reference-texts.ts'

/** The members of a schema, and those of their members. */
export function SchemaView({ schema, isAnswer = false }: { schema: Schema; isAnswer?: boolean }) {
  const texts = useTexts(referenceTexts)
  const variants = withoutNull(schema)
  if (variants.length > 1) {
    return (
      <>
        <p className={classes.quiet}>{texts.oneOf}</p>
        <ol className={classes.variants}>
          {variants.map((one, index) => (
            <li key={String(index)}>
              <SchemaView schema={one} isAnswer={isAnswer} />
            </li>
          ))}
        </ol>
      </>
    )
  }
  const [only = schema] = variants
  const inner = only.items === undefined ? only : only.items
  if (inner.properties === undefined || Object.keys(inner.properties).length === 0) {
    return (
      <p className={classes.quiet}>
        <TypeWords schema={only} />
        {only.description && <Described>{` – ${only.description}`}</Described>}
      </p>
    )
  }
  return (
    <>
      {only.items && <p className={classes.quiet}>{texts.listOf}</p>}
      <dl className={classes.members}>
        {Object.entries(inner.properties).map(([name, member]) => (
          <Member
            key={name}
            name={name}
            schema={member}
            isRequired={inner.required?.includes(name) ?? false}
            isAnswer={isAnswer}
          />
        ))}
      </dl>
    </>
  )
}

/** One line: a name, the values it may have, and their meaning. */
export function Member({ name, schema, isRequired, isAnswer = false, place }: MemberProps) {
  const texts = useTexts(referenceTexts)
  const hasMembers = withoutNull(schema).some((one) => (one.items ?? one).properties !== undefined)
  return (
    <div className={classes.member}>
      <dt>
        <code className={classes.name}>{name}</code>{' '}
        <span className={classes.type}>
          <TypeWords schema={schema} />
          {place && `, ${place}`}
        </span>{' '}
        {isAnswer
          ? !isRequired && <span className={classes.type}>{texts.mayBeMissing}</span>
          : isRequired && <span className={classes.required}>{texts.required}</span>}
      </dt>
      <dd>
        {schema.description && <Described>{schema.description}</Described>}
        {hasMembers && (
          <div className={classes.nested}>
            <SchemaView schema={schema} isAnswer={isAnswer} />
          </div>
        )}
      </dd>
    </div>
  )
}

type MemberProps = { name: string; schema: Schema; isRequired: boolean; isAnswer?: boolean; place?: string }

function TypeWords({ schema }: { schema: Schema }) {
  const texts = useTexts(referenceTexts)
  const types: Record<string, string> = texts.types
  const orNull = schema.anyOf?.some(isNull) ? ` ${texts.orNull}` : ''
  const [only = schema] = withoutNull(schema)
  if (only.enum !== undefined) {
    return `${texts.values} ${only.enum.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(', ')}${orNull}`
  }
  const type = Array.isArray(only.type) ? only.type.join(' | ') : (only.type ?? 'any')
  const limits = limitsOf(only, texts)
  const words = type === 'array' ? `${types.array}` : (types[type] ?? type)
  return `${words}${only.format === undefined ? '' : ` (${only.format})`}${limits === '' ? '' : `, ${limits}`}${orNull}`
}

function limitsOf(
  { minLength, maxLength, minimum, maximum }: Schema,
  texts: { atLeast(from: number): string; atMost(to: number): string; between(from: number, to: number): string },
): string {
  // Everybody expects that a string must not be empty.
  const [from, to] = [minimum ?? (minLength === 1 ? undefined : minLength), maximum ?? maxLength]
  // The largest integer that JSON programs agree on tells a reader nothing.
  const shownTo = to === Number.MAX_SAFE_INTEGER ? undefined : to
  if (from === undefined) return shownTo === undefined ? '' : texts.atMost(shownTo)
  return shownTo === undefined ? texts.atLeast(from) : texts.between(from, shownTo)
}

const isNull = ({ type }: Schema) => type === 'null'

function withoutNull(schema: Schema): Schema[] {
  return schema.anyOf === undefined ? [schema] : schema.anyOf.filter((one) => !isNull(one))
}

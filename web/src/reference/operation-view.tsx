import { Title } from '@mantine/core'
import { Tag } from '../look/tag.tsx'
import { useTexts } from '../texts/texts.tsx'
import { Code } from './code.tsx'
import { Described } from './described.tsx'
import { exampleOf } from './example.ts'
import type { Operation } from './openapi.ts'
import classes from './reference-page.module.css'
import { referenceTexts } from './reference-texts.ts'
import { Member, SchemaView } from './schema-view.tsx'
import { TryIt } from './try-it.tsx'

/** Everything about one operation: its purpose, its input and responses, and a form to send it. */
export function OperationView({ operation }: { operation: Operation }) {
  const texts = useTexts(referenceTexts)
  const { method, path, summary, description, parameters, body, answers, refusals } = operation
  return (
    <article className={classes.operation}>
      <header>
        <Title order={1}>
          <Described>{summary}</Described>
        </Title>
        <p className={classes.address}>
          <Method method={method} /> <code>{path}</code>
        </p>
        {description && (
          <p>
            <Described>{description}</Described>
          </p>
        )}
        <Access operation={operation} />
      </header>
      <div className={classes.halves}>
        <div>
          {parameters.length > 0 && (
            <section className={classes.part}>
              <Title order={2}>{texts.parameters}</Title>
              <dl className={classes.members}>
                {parameters.map((one) => (
                  <Member
                    key={`${one.in}:${one.name}`}
                    name={one.name}
                    schema={{ ...one.schema, ...(one.description && { description: one.description }) }}
                    isRequired={one.required ?? false}
                    place={texts.places[one.in]}
                  />
                ))}
              </dl>
            </section>
          )}
          {body && (
            <section className={classes.part}>
              <Title order={2}>{texts.body}</Title>
              <SchemaView schema={body} />
            </section>
          )}
          {answers.map(({ status, contentType, schema }) => (
            <section key={status} className={classes.part}>
              <Title order={2}>{texts.answer(status)}</Title>
              {schema === undefined || schema.type === 'null' ? (
                <p className={classes.quiet}>{texts.noBody}</p>
              ) : (
                <>
                  {contentType && <p className={classes.quiet}>{contentType}</p>}
                  <SchemaView schema={schema} isAnswer />
                  {contentType === 'application/json' && (
                    <details className={classes.details}>
                      <summary>{texts.example}</summary>
                      <Code label={texts.example}>{JSON.stringify(exampleOf(schema), undefined, 2)}</Code>
                    </details>
                  )}
                </>
              )}
            </section>
          ))}
          {refusals.length > 0 && (
            <section className={classes.part}>
              <Title order={2}>{texts.refusals}</Title>
              <ul className={classes.codes}>
                {refusals.map((code) => (
                  <li key={code}>
                    <code>{code}</code>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </div>
        <TryIt key={operation.id} operation={operation} />
      </div>
    </article>
  )
}

function Access({ operation: { access, permission, needsRecentLogin, security } }: { operation: Operation }) {
  const texts = useTexts(referenceTexts)
  const kinds: Record<string, string> = texts.accessOf
  const known = kinds[access ?? ''] ?? (security.length === 0 ? kinds.anybody : kinds.caller)
  return (
    <p className={classes.quiet}>
      {texts.access}: {known}
      {permission && `, ${texts.permission(permission)}`}. {needsRecentLogin && texts.recentLogin}
    </p>
  )
}

/** The method, in a colour that shows whether it changes something. */
export function Method({ method }: { method: string }) {
  const kind = method === 'GET' ? 'plain' : method === 'DELETE' ? 'bad' : method === 'POST' ? 'good' : 'warning'
  return (
    <span className={classes.method}>
      <Tag kind={kind}>{method}</Tag>
    </span>
  )
}

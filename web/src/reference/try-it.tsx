import { Button, Loader, NativeSelect, Text, Textarea, TextInput, Title } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { Notice, Said } from '../look/notice.tsx'
import { Tag } from '../look/tag.tsx'
import { useTexts } from '../texts/texts.tsx'
import { Code } from './code.tsx'
import { CredentialsFields, useCredentials } from './credentials.tsx'
import { exampleOf } from './example.ts'
import type { Operation, Parameter } from './openapi.ts'
import classes from './reference-page.module.css'
import { referenceTexts } from './reference-texts.ts'
import { asCurl, prepare, type Received, send, tokenIn } from './request.ts'

type Outcome = { kind: 'received'; received: Received } | { kind: 'no_answer' }

/** A form for one operation, with an example of what to send. */
export function TryIt({ operation }: { operation: Operation }) {
  const texts = useTexts(referenceTexts)
  const { credentials } = useCredentials()
  const [parameters, setParameters] = useState<Readonly<Record<string, string>>>({})
  const [body, setBody] = useState(() => firstBody(operation))
  const [outcome, setOutcome] = useState<Outcome>()
  const [isSending, setIsSending] = useState(false)
  const [isChecked, setIsChecked] = useState(false)
  const prepared = prepare(operation, { parameters, body }, credentials)
  const isBodyWrong = body.trim() !== '' && !isJson(body)
  const isMissing = (one: Parameter) => one.in === 'path' && (parameters[keyOf(one)] ?? '') === ''

  async function run(event: FormEvent): Promise<void> {
    event.preventDefault()
    setIsChecked(true)
    if (isSending || isBodyWrong || operation.parameters.some(isMissing)) return
    setIsSending(true)
    try {
      setOutcome({ kind: 'received', received: await send(prepared, credentials) })
    } catch {
      setOutcome({ kind: 'no_answer' })
    } finally {
      setIsSending(false)
    }
  }

  return (
    <section className={classes.try}>
      <form onSubmit={(event) => void run(event)} noValidate>
        <Title order={2}>{texts.tryIt}</Title>
        <CredentialsFields />
        {operation.parameters.map((one) => (
          <ParameterInput
            key={keyOf(one)}
            parameter={one}
            value={parameters[keyOf(one)] ?? ''}
            onChange={(value) => setParameters((all) => ({ ...all, [keyOf(one)]: value }))}
            error={isChecked && isMissing(one) ? texts.missing : undefined}
          />
        ))}
        {operation.body && (
          <Textarea
            size="sm"
            label={texts.body}
            value={body}
            onChange={(event) => setBody(event.currentTarget.value)}
            rows={Math.min(14, body.split('\n').length + 1)}
            error={isChecked && isBodyWrong ? texts.notJson : undefined}
            classNames={{ input: classes.json }}
            spellCheck={false}
          />
        )}
        <Button
          type="submit"
          size="sm"
          aria-disabled={isSending}
          rightSection={isSending && <Loader size="1em" color="currentColor" />}
        >
          {texts.send}
        </Button>
      </form>
      <details className={classes.details}>
        <summary>{texts.curl}</summary>
        <Code label={texts.curl}>{asCurl(prepared, credentials)}</Code>
      </details>
      <div aria-live="polite">
        {isSending && (
          <Text size="sm" c="dimmed">
            {texts.sending}
          </Text>
        )}
        {outcome?.kind === 'no_answer' && <Notice kind="problem">{texts.noAnswer}</Notice>}
        {outcome?.kind === 'received' && <Answer received={outcome.received} />}
      </div>
    </section>
  )
}

function ParameterInput({ parameter, value, onChange, error }: ParameterInputProps) {
  const { name, schema } = parameter
  const options = schema.enum ?? (schema.type === 'boolean' ? [true, false] : undefined)
  if (options !== undefined) {
    return (
      <NativeSelect
        size="sm"
        label={name}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        data={['', ...options.map(String)]}
      />
    )
  }
  return (
    <TextInput
      size="sm"
      label={name}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
      autoComplete="off"
      spellCheck={false}
    />
  )
}

type ParameterInputProps = {
  parameter: Parameter
  value: string
  onChange(value: string): void
  error: string | undefined
}

function Answer({ received: { status, statusText, ms, headers, text } }: { received: Received }) {
  const texts = useTexts(referenceTexts)
  const { use: choose } = useCredentials()
  const token = tokenIn(text)
  const [isUsed, setIsUsed] = useState(false)
  return (
    <div className={classes.received}>
      <p>
        <Tag kind={status < 400 ? 'good' : status < 500 ? 'warning' : 'bad'}>
          {texts.received(status, statusText, ms)}
        </Tag>
      </p>
      {token !== undefined && !isUsed && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            choose({ kind: 'token', token })
            setIsUsed(true)
          }}
        >
          {texts.useToken}
        </Button>
      )}
      <Said>{isUsed && texts.tokenUsed}</Said>
      {text === '' ? (
        <p className={classes.quiet}>{texts.emptyAnswer}</p>
      ) : (
        <Code label={texts.answerBody}>{text}</Code>
      )}
      <details className={classes.details}>
        <summary>{texts.headers}</summary>
        <Code label={texts.headers}>{headers.map(([name, value]) => `${name}: ${value}`).join('\n')}</Code>
      </details>
    </div>
  )
}

const keyOf = (parameter: Parameter) => `${parameter.in}:${parameter.name}`

/** What must be sent, or, if nothing is required, what can be. */
function firstBody({ body }: Operation): string {
  if (body === undefined) return ''
  const hasRequired = (body.required ?? []).length > 0
  return JSON.stringify(exampleOf(body, hasRequired), undefined, 2)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

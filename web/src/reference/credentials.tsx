import { NativeSelect, SimpleGrid, TextInput } from '@mantine/core'
import { createContext, type ReactNode, use, useState } from 'react'
import { site } from '../site/site.ts'
import { useTexts } from '../texts/texts.tsx'
import { referenceTexts } from './reference-texts.ts'
import type { Credentials } from './request.ts'

type Held = { credentials: Credentials; use(credentials: Credentials): void }

const HeldContext = createContext<Held | undefined>(undefined)

/** Remembers who sends the requests while the reader tries several operations. Only in the memory of this page. */
export function CredentialsProvider({ children }: { children: ReactNode }) {
  const isSignedIn = site.session === 'present' || site.session === 'refreshable'
  const [credentials, setCredentials] = useState<Credentials>({ kind: isSignedIn ? 'session' : 'none' })
  return <HeldContext value={{ credentials, use: setCredentials }}>{children}</HeldContext>
}

export function useCredentials(): Held {
  const held = use(HeldContext)
  if (held === undefined) throw new Error('nothing keeps the credentials here')
  return held
}

/** Chooses who sends the requests. */
export function CredentialsFields() {
  const texts = useTexts(referenceTexts)
  const { credentials, use: choose } = useCredentials()
  const kinds = {
    session: { kind: 'session' },
    token: { kind: 'token', token: '' },
    service: { kind: 'service', name: '', secret: '' },
    none: { kind: 'none' },
  } as const satisfies Record<string, Credentials>
  return (
    <>
      <NativeSelect
        size="sm"
        label={texts.as}
        value={credentials.kind}
        onChange={(event) => choose(kinds[event.currentTarget.value as keyof typeof kinds])}
        data={Object.keys(kinds).map((value) => ({ value, label: texts.kinds[value as keyof typeof kinds] }))}
      />
      {credentials.kind === 'token' && (
        <TextInput
          size="sm"
          label={texts.token}
          value={credentials.token}
          onChange={(event) => choose({ kind: 'token', token: event.currentTarget.value.trim() })}
          autoComplete="off"
          spellCheck={false}
        />
      )}
      {credentials.kind === 'service' && (
        <SimpleGrid cols={2} spacing="sm">
          <TextInput
            size="sm"
            label={texts.serviceName}
            value={credentials.name}
            onChange={(event) => choose({ ...credentials, name: event.currentTarget.value })}
            autoComplete="off"
          />
          <TextInput
            size="sm"
            label={texts.serviceSecret}
            value={credentials.secret}
            onChange={(event) => choose({ ...credentials, secret: event.currentTarget.value })}
            autoComplete="off"
          />
        </SimpleGrid>
      )}
    </>
  )
}

import { useSession } from '@latchkey/client/react'
import { Notes } from './notes.jsx'
import { SignIn } from './sign-in.jsx'

export function App() {
  const { status, account, endReason, error, client } = useSession()
  if (status === 'loading') {
    return error ? (
      <button type="button" onClick={() => client.load()}>
        The server does not answer. Try again
      </button>
    ) : (
      <p>One moment…</p>
    )
  }
  if (status === 'anonymous') {
    return (
      <>
        {endReason && <p role="status">Your session has ended: {endReason.replaceAll('_', ' ')}.</p>}
        <SignIn client={client} />
      </>
    )
  }
  return (
    <>
      <p>
        Hello {account?.username}.{' '}
        <button type="button" onClick={() => client.logout()}>
          Log out
        </button>
      </p>
      <Notes client={client} />
    </>
  )
}

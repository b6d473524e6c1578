import { headers } from 'next/headers'
import { verifier } from '../lib/latchkey.js'
import { notesOf } from '../lib/notes.js'
import { LogOut, NewNote, SignIn } from './forms.jsx'

/** Rendered on the server: whoever is logged in gets their notes with the page. */
export default async function Page() {
  const auth = await whoAsks()
  if (auth === undefined) return <SignIn />
  return (
    <>
      <h1>Notes</h1>
      <ul>
        {notesOf(auth.accountId).map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      <NewNote />
      <LogOut />
    </>
  )
}

async function whoAsks() {
  return verifier.verify({ method: 'GET', headers: await headers() }).catch((error) => {
    if (error.status === 401) return undefined
    throw error
  })
}

'use client'

import { createClient, isLatchkeyError } from '@latchkey/client'
import { useRouter } from 'next/navigation'
import { useState } from 'react'

const latchkey = createClient({ baseUrl: '/auth', mode: 'cookie' })

export function SignIn() {
  const router = useRouter()
  const [message, setMessage] = useState('')

  async function submit(event) {
    event.preventDefault()
    const { username, password } = Object.fromEntries(new FormData(event.currentTarget))
    try {
      if (event.nativeEvent.submitter.name === 'register') await latchkey.register({ username, password })
      const outcome = await latchkey.login({ username, password })
      if (outcome.status === 'second_factor_required') setMessage('This example has no page for a second factor.')
      else router.refresh()
    } catch (error) {
      if (!isLatchkeyError(error)) throw error
      setMessage(error.faults?.map(({ field, fault }) => `${field}: ${fault}`).join('; ') || error.message)
    }
  }

  return (
    <form onSubmit={submit}>
      <label>
        Name <input name="username" autoComplete="username" required />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button type="submit" name="login">
        Log in
      </button>{' '}
      <button type="submit" name="register">
        Register
      </button>
      <p role="alert">{message}</p>
    </form>
  )
}

export function NewNote() {
  const router = useRouter()

  async function add(event) {
    event.preventDefault()
    const form = event.currentTarget
    const body = JSON.stringify({ text: new FormData(form).get('text') })
    form.reset()
    await latchkey.fetch('/notes', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    router.refresh()
  }

  return (
    <form onSubmit={add}>
      <input name="text" aria-label="Note" required /> <button type="submit">Add</button>
    </form>
  )
}

export function LogOut() {
  const router = useRouter()
  return (
    <button type="button" onClick={() => latchkey.logout().then(() => router.refresh())}>
      Log out
    </button>
  )
}

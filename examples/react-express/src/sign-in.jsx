import { isLatchkeyError } from '@latchkey/client'
import { useState } from 'react'

export function SignIn({ client }) {
  const [message, setMessage] = useState('')

  async function submit(event) {
    event.preventDefault()
    const { username, password } = Object.fromEntries(new FormData(event.currentTarget))
    const isNew = event.nativeEvent.submitter.name === 'register'
    try {
      if (isNew) await client.register({ username, password })
      const outcome = await client.login({ username, password })
      if (outcome.status === 'second_factor_required') setMessage('This example has no page for a second factor.')
    } catch (error) {
      setMessage(messageOf(error))
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

function messageOf(error) {
  if (!isLatchkeyError(error)) throw error
  switch (error.code) {
    case 'no_active_account':
      return 'The name or the password is wrong.'
    case 'invalid_fields':
      return error.faults.map(({ field, fault }) => `${field}: ${fault.replaceAll('_', ' ')}`).join('; ')
    case 'throttled':
      return `Too many attempts. Try again in ${error.retryAfterSeconds ?? 60} seconds.`
    default:
      return error.message
  }
}

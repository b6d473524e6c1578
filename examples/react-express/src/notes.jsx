import { useEffect, useState } from 'react'

export function Notes({ client }) {
  const [notes, setNotes] = useState([])
  const [message, setMessage] = useState('')

  // client.fetch adds the token, refreshes it in time, and tries once more after a 401.
  async function call(init) {
    try {
      const response = await client.fetch('/notes', init)
      if (response.ok) setNotes(await response.json())
      setMessage(response.ok ? '' : `The API answered ${response.status}.`)
    } catch {
      setMessage('The server does not answer. You are still logged in.')
    }
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens
  useEffect(() => void call(), [])

  function add(event) {
    event.preventDefault()
    const form = event.currentTarget
    const text = new FormData(form).get('text')
    form.reset()
    return call({ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text }) })
  }

  return (
    <>
      <ul>
        {notes.map(({ id, text }) => (
          <li key={id}>{text}</li>
        ))}
      </ul>
      <form onSubmit={add}>
        <input name="text" aria-label="Note" required /> <button type="submit">Add</button>
      </form>
      <p role="alert">{message}</p>
    </>
  )
}

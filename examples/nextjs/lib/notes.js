// Notes by account, in memory. A real application has a database. Next.js loads this file more than once.
globalThis.exampleNotes ??= new Map()

export function notesOf(accountId) {
  return globalThis.exampleNotes.get(accountId) ?? []
}

export function addNote(accountId, text) {
  globalThis.exampleNotes.set(accountId, [...notesOf(accountId), text])
}

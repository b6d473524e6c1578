import { join } from 'node:path'
import { createVerifier } from '@latchkey/verify'
import { authOf, requireToken } from '@latchkey/verify/express'
import react from '@vitejs/plugin-react'
import express from 'express'
import { createLatchkey } from 'latchkey'
import { build } from 'vite'

const port = Number(process.env.PORT ?? 3000)
const origin = `http://127.0.0.1:${port}`
const app = express()

// 1. Latchkey, below /auth. In production, take SECRET_KEY from your secret store.
const latchkey = await createLatchkey({
  SECRET_KEY: process.env.SECRET_KEY ?? 'only-for-this-example-0123456789abcdef',
  DATABASE_URL: process.env.DATABASE_URL ?? 'sqlite:example.sqlite3',
  PUBLIC_URL: `${origin}/auth`,
})
app.use('/auth', latchkey.handler)

// 2. The API. It accepts an access token in the Authorization header, or in the cookie of a page of ours.
const verifier = createVerifier({ issuer: `${origin}/auth`, cookies: { allowedOrigins: [origin] } })
const notesOf = new Map()

app.use('/notes', requireToken(verifier), express.json())
app.get('/notes', (request, response) => {
  response.json(notesOf.get(authOf(request).accountId) ?? [])
})
app.post('/notes', (request, response) => {
  const notes = notesOf.get(authOf(request).accountId) ?? []
  notes.push({ id: notes.length, text: String(request.body.text) })
  notesOf.set(authOf(request).accountId, notes)
  response.status(201).json(notes)
})

// 3. The page, built into dist/. The packages of this repository are linked: they must use the page's React.
await build({ root: import.meta.dirname, plugins: [react()], resolve: { dedupe: ['react'] }, logLevel: 'warn' })
app.use(express.static(join(import.meta.dirname, 'dist')))

const server = app.listen(port, '127.0.0.1', () => console.log(`Open ${origin} in your browser.`))

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    server.closeAllConnections()
    server.close()
    await latchkey.close()
  })
}

import { spawn } from 'node:child_process'
import { createLatchkey } from 'latchkey'

const port = Number(process.env.PORT ?? 3000)
const origin = `http://127.0.0.1:${port}`

// 1. Latchkey, on a port of its own. In production, run it as a service, and take SECRET_KEY from your secret store.
const latchkey = await createLatchkey({
  SECRET_KEY: process.env.SECRET_KEY ?? 'only-for-this-example-0123456789abcdef',
  DATABASE_URL: process.env.DATABASE_URL ?? 'sqlite:example.sqlite3',
  PUBLIC_URL: `${origin}/auth`,
  PORT: process.env.LATCHKEY_PORT ?? port + 1,
  // Next.js passes requests on, see next.config.js.
  TRUSTED_PROXIES: '127.0.0.1',
})
await latchkey.listen()

// 2. Next.js, which sees Latchkey at LATCHKEY_URL and the browser at ORIGIN.
const next = spawn('next', ['dev', '--hostname', '127.0.0.1', '--port', String(port)], {
  cwd: import.meta.dirname,
  env: {
    ...process.env,
    ORIGIN: origin,
    LATCHKEY_URL: `http://127.0.0.1:${process.env.LATCHKEY_PORT ?? port + 1}/auth`,
    NEXT_TELEMETRY_DISABLED: '1',
  },
  stdio: 'inherit',
})
next.once('exit', () => latchkey.close())
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => next.kill(signal))

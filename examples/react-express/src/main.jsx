import { createClient } from '@latchkey/client'
import { LatchkeyProvider } from '@latchkey/client/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.jsx'

// Most pages use cookies. Add ?mode=bearer to the address to keep the tokens in localStorage instead.
const isBearer = new URLSearchParams(location.search).get('mode') === 'bearer'

const latchkey = isBearer
  ? createClient({ baseUrl: '/auth', mode: 'bearer', storage: localStorage })
  : createClient({ baseUrl: '/auth', mode: 'cookie' })

createRoot(document.getElementById('page')).render(
  <StrictMode>
    <LatchkeyProvider client={latchkey}>
      <App />
    </LatchkeyProvider>
  </StrictMode>,
)

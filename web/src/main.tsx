import './look/library-styles.ts'
import './look/page.css'
import './look/touch.css'
import './look/forced-colors.css'
import { DirectionProvider, MantineProvider } from '@mantine/core'
import { RouterProvider } from '@tanstack/react-router'
import { setNonce } from 'get-nonce'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { theme, variables } from './look/theme.ts'
import { router } from './router.tsx'
import { addressOf } from './site/address.ts'
import { site, styleNonce } from './site/site.ts'
import { LanguageProvider } from './texts/texts.tsx'

const nonce = styleNonce()
// Dialogs use a style element of their own to keep the page behind them from scrolling.
setNonce(nonce)

const place = document.getElementById('page')
if (place === null) throw new Error('the document has no place for the page')

/** The server refuses the administration's document to everybody else, with an error status. */
const isAdministration = site.status === 200 && /^\/admin(\/|$)/.test(location.pathname.slice(addressOf('').length))
const pages = isAdministration
  ? (await import('./administration/administration-router.ts')).administrationRouter
  : router

createRoot(place).render(
  <StrictMode>
    <DirectionProvider>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={variables}
        defaultColorScheme="auto"
        getStyleNonce={() => nonce}
      >
        <LanguageProvider>
          <RouterProvider router={pages} />
        </LanguageProvider>
      </MantineProvider>
    </DirectionProvider>
  </StrictMode>,
)

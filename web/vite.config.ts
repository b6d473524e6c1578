import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** A server started with `npm start`, for `npm run dev:web`. */
const SERVER = 'http://127.0.0.1:8000'

/** What the sign-in pages are made of. What only the administration shares does not belong in their file. */
const SHARED =
  /web\/src\/(forms|layout|look|texts|api|site)\/(?!moment|tag|more-icon|items|tabs|empty|two-pane|avatar|server-clock|device|profile-|quer|copy|new-password|send-again|show-current)|@mantine\/core\/esm\/(core\/|components\/(Input|Button|UnstyledButton|Loader|Text|Title|Anchor|Stack|ActionIcon|NativeSelect|PasswordInput|TextInput|Transition|Skeleton|VisuallyHidden)\/)/

/** What both routers and every request are made of. Without a file of its own it would be cut into a dozen small ones. */
const FRAMEWORK =
  /node_modules\/(react|react-dom|scheduler|get-nonce|@tanstack\/(react-router|router-core|history|store|react-store))\/|vite\/preload-helper/

/** What the account pages and the administration know the server by. The sign-in pages do without. */
const QUERIES = /node_modules\/@tanstack\/(query-core|react-query)\//

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // The server knows the path before ours; files name one another relatively.
  base: './',
  plugins: [react()],
  server: { proxy: { '^/(api|dev|docs|openapi.json)': SERVER } },
  build: {
    outDir: fileURLToPath(new URL('../dist/pages', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // The first versions with light-dark(): to be rewritten it would need a scheme that the compiler can see.
    cssTarget: ['chrome123', 'safari17.5', 'firefox120'],
    assetsDir: '.',
    // The policy of the pages allows no data: URL for scripts and styles, and a picture in the script costs every page.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: 'manifest.json',
    rolldownOptions: {
      output: {
        // What nearly all pages share goes into one file: many small ones compress worse, and each is a request.
        codeSplitting: {
          groups: [
            { name: 'framework', test: FRAMEWORK },
            { name: 'queries', test: QUERIES },
            { name: 'shared', test: SHARED, minShareCount: 4 },
          ],
        },
      },
    },
  },
})

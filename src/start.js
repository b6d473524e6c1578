/*
 * The way to start the server: `main.ts`, after what must be said before Node loads the first TypeScript file. It is the
 * one file in JavaScript, for whoever starts with a TypeScript file pays 14 MB for the WebAssembly that takes the types
 * out of it. From the second start on nothing needs that any more: the stripped and compiled sources lie beside the
 * packages, where nobody else may write. Where that is not possible all works, as it does the first time.
 */
import { enableCompileCache, flushCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

// While sources are loaded nothing runs often enough to be worth optimizing, neither that WebAssembly nor JavaScript. V8
// tries all the same, which takes 10 MB and as much again.
const optimizers = ['sparkplug', 'maglev', 'opt']
setFlagsFromString('--wasm-tiering-budget=1000000000')
for (const optimizer of optimizers) setFlagsFromString(`--no-${optimizer}`)
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/latchkey', import.meta.url)))

await import('./main.ts')

for (const optimizer of optimizers) setFlagsFromString(`--${optimizer}`)
flushCompileCache()

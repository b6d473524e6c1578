import { join } from 'node:path'

/**
 * Environment for processes that tests start. Node keeps what it compiled of `dist/` here, so that the next process starts in half
 * of the processor time. Nothing else about the process changes, and changed sources are compiled anew.
 */
export const codeCache = { NODE_COMPILE_CACHE: join(import.meta.dirname, '../../node_modules/.cache/latchkey/code') }

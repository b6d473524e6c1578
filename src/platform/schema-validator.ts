import { createRequire } from 'node:module'
import type { TSchema } from 'typebox'
import type { Validator } from 'typebox/compile'

const require = createRequire(import.meta.url)

/**
 * Validates values against a JSON Schema. The validator is compiled at the first use: a server has a schema for every
 * route but uses only some of them, and TypeBox's compiler alone takes 6 MB.
 *
 * @returns a function that returns the validator, the same one each time
 */
export function schemaValidator(schema: TSchema): () => Validator {
  let validator: Validator | undefined
  return () => {
    validator ??= compile(schema)
    return validator
  }
}

function compile(schema: TSchema): Validator {
  const { Compile } = require('typebox/compile') as typeof import('typebox/compile')
  return Compile(schema)
}

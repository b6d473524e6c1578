import { createRequire } from 'node:module'
import type { TSchema } from 'typebox'
import type { Validator } from 'typebox/compile'

const require = createRequire(import.meta.url)

/**
 * Says whether values are as a JSON Schema wants them. It is made when it is first asked for: a server has a schema for
 * each of its routes and in its life uses some of them, and TypeBox's compiler alone takes 6 MB.
 *
 * @returns what gives the validator; the same one each time
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

import { Type } from 'typebox'
import { idSchema, orNull } from './wire.ts'

/** The default number of rows of a page. */
export const PAGE = 50

const LARGEST_PAGE = 200

/** The number of rows that the request wants. */
export const pageLimit = Type.Optional(
  Type.Integer({ minimum: 1, maximum: LARGEST_PAGE, description: `Default ${PAGE}` }),
)

/** Where the requested page begins: next to the row with this id. */
export function pageStart(description: string) {
  return Type.Optional(Type.Integer({ ...idSchema, description }))
}

/** Where the next page begins; part of each page. @param parameter the parameter of the next request */
export function nextPage(parameter: 'after' | 'before') {
  return orNull(Type.Integer({ description: `The \`${parameter}\` of the next page; null if there is none` }))
}

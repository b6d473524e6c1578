import { Type } from 'typebox'
import { idSchema, orNull } from './wire.ts'

/** How many rows a page has if the request does not say. */
export const PAGE = 50

const LARGEST_PAGE = 200

/** How many rows the request wants. */
export const pageLimit = Type.Optional(
  Type.Integer({ minimum: 1, maximum: LARGEST_PAGE, description: `Default ${PAGE}` }),
)

/** Where the wanted page begins: next to the row with this id. */
export function pageStart(description: string) {
  return Type.Optional(Type.Integer({ ...idSchema, description }))
}

/** Where the next page begins, said with each page. @param parameter what says it in the next request */
export function nextPage(parameter: 'after' | 'before') {
  return orNull(Type.Integer({ description: `The \`${parameter}\` of the next page; null if there is none` }))
}

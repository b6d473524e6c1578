import { Fragment } from 'react'

/** A description of the API: text in which `code` is marked. */
export function Prose({ children }: { children: string }) {
  return children
    .split('`')
    .map((part, index) =>
      index % 2 === 1 ? <code key={String(index)}>{part}</code> : <Fragment key={String(index)}>{part}</Fragment>,
    )
}

import { Prose } from '../look/prose.tsx'

/** The server's description of its API, which is in English, whatever the language of the page. */
export function Described({ children }: { children: string }) {
  return (
    <span lang="en">
      <Prose>{children}</Prose>
    </span>
  )
}

import { Prose } from '../look/prose.tsx'

/** What the server says about its API. It says it in English, whatever the language of the page. */
export function Described({ children }: { children: string }) {
  return (
    <span lang="en">
      <Prose>{children}</Prose>
    </span>
  )
}

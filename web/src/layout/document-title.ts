import { useEffect } from 'react'
import { site } from '../site/site.ts'

/** Sets the title of this page in the browser's tab. */
export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${site.name}`
  }, [title])
}

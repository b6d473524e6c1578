import { useEffect } from 'react'
import { site } from '../site/site.ts'

/** Says in the browser's tab what this page is. */
export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${site.name}`
  }, [title])
}

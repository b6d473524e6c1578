import { escapeHtml } from '../../platform/html.ts'

/** The icon of the pages in a browser's tab: the first letter of the service on its colour. */
export function pageIcon({ name, color }: { name: string; color: string }): string {
  const letter = escapeHtml([...name][0]?.toUpperCase() ?? '')
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">' +
    `<rect width="32" height="32" rx="9" fill="${color}"/>` +
    '<text x="16" y="22" font-family="system-ui, sans-serif" font-size="18" font-weight="700" text-anchor="middle" ' +
    `fill="#fff">${letter}</text></svg>`
  )
}

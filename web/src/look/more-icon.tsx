import { Drawing } from './icon.tsx'

/** Lines of the icons that the sign-in pages do without, drawn in a square of 24. */
const paths = {
  user: 'M16 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0ZM4.5 20c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5',
  users:
    'M13 8.5a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0ZM3 19.5c.6-3.1 3.2-5 6.5-5s5.9 1.9 6.5 5M16 5.2a3.5 3.5 0 0 1 0 6.6M18 14.9c1.7.8 2.7 2.4 3 4.6',
  lock: 'M7.5 10.5V7.5a4.5 4.5 0 0 1 9 0v3M6 10.5h12a1 1 0 0 1 1 1V19a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-7.5a1 1 0 0 1 1-1Z',
  devices:
    'M4 5.5h12a1 1 0 0 1 1 1V8M3 16h9M5 16V6.5a1 1 0 0 1-1-1M15.5 11h4a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-4a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1Z',
  desktop: 'M4 5h16a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1ZM9 20h6M12 16v4',
  phone: 'M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1Zm3 15h2',
  terminal:
    'M4 5h16a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1Zm3.5 4.5L10 12l-2.5 2.5M12.5 14.5h4',
  history: 'M4 12a8 8 0 1 1 2.6 5.9M4 12V7.5M4 12h4.5M12 8v4.5l3 1.8',
  download: 'M12 4v11m0 0 4.5-4.5M12 15l-4.5-4.5M5 19.5h14',
  trash: 'M5 7h14M10 7V5a1 1 0 0 1 1-1h2a1 1 0 0 1 1 1v2m3 0-.8 12a1 1 0 0 1-1 1H8.8a1 1 0 0 1-1-1L7 7m3.5 4v5m3-5v5',
  signOut: 'M14 4.5h4a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1h-4M10 8l-4 4 4 4M6 12h9',
  mail: 'M4 6h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1Zm-.5 1.5L12 13l8.5-5.5',
  shield: 'M12 3.5 5 6v5.5c0 4.3 2.9 7.4 7 9 4.1-1.6 7-4.7 7-9V6l-7-2.5ZM9 12l2.2 2.2L15.5 10',
  book: 'M5 4.5h11a2 2 0 0 1 2 2V20H7a2 2 0 0 1-2-2V4.5ZM5 17.5a2 2 0 0 1 2-1.5h11M9 8.5h5',
  code: 'm8.5 8-4 4 4 4m7-8 4 4-4 4',
  external: 'M14 5h5v5m0-5-8 8M10 6H6a1 1 0 0 0-1 1v11a1 1 0 0 0 1 1h11a1 1 0 0 0 1-1v-4',
  chevron: 'm9.5 6 6 6-6 6',
  key: 'M14.5 9.5a4.5 4.5 0 1 1-4.4-4.5 4.5 4.5 0 0 1 4.4 4.5Zm-1.3 3.2L20 19.5V21h-3v-2h-2v-2l-2.3-2.3M9.5 8.8v.01',
  search: 'M15.5 10.5a5 5 0 1 1-10 0 5 5 0 0 1 10 0Zm-1.5 3.6 5.5 5.4',
  plus: 'M12 5v14M5 12h14',
} as const

export type MoreIconName = keyof typeof paths

/** A small drawing beside a text with the same meaning. It is not in `icon.tsx`, so that the sign-in pages load less. */
export function MoreIcon({
  name,
  size,
  className,
}: {
  name: MoreIconName
  size?: number
  className?: string | undefined
}) {
  return <Drawing path={paths[name]} {...(size !== undefined && { size })} className={className} />
}

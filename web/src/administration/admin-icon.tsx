import { Drawing } from '../look/icon.tsx'

/** Lines of the icons that only the administration shows, drawn in a square of 24. */
const paths = {
  overview: 'M4 13.5h6V20H4v-6.5ZM4 4h6v5.5H4V4Zm10 6.5h6V20h-6v-9.5ZM14 4h6v2.5h-6V4Z',
  user: 'M16 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0ZM4.5 20c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5',
  group:
    'M13 8.5a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0ZM3 19.5c.6-3.1 3.2-5 6.5-5s5.9 1.9 6.5 5M16 5.2a3.5 3.5 0 0 1 0 6.6M18 14.9c1.7.8 2.7 2.4 3 4.6',
  session:
    'M4 5.5h12a1 1 0 0 1 1 1V8M3 16h9M5 16V6.5a1 1 0 0 1-1-1M15.5 11h4a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-4a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1Z',
  event: 'M8 6.5h12M8 12h12M8 17.5h8M4 6.5v.01M4 12v.01M4 17.5v.01',
  key: 'M14.5 9.5a4.5 4.5 0 1 1-4.4-4.5 4.5 4.5 0 0 1 4.4 4.5Zm-1.3 3.2L20 19.5V21h-3v-2h-2v-2l-2.3-2.3M9.5 8.8v.01',
  mail: 'M4 6h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1Zm-.5 1.5L12 13l8.5-5.5',
  webhook: 'M9.5 9.2a3.5 3.5 0 1 1 4.6.9l3 5.4M12 8l-3.8 6.8M7.2 15.2a3 3 0 1 0 2.9 3h7.4M17 15.2a3 3 0 1 1-1.6 5.2',
  limit: 'M4.5 18a8.5 8.5 0 1 1 15 0M12 14l4-4.5M12 14.5v-.01',
  setting: 'M4 7h9m4 0h3M4 17h3m4 0h9M17 7a2 2 0 1 1-4 0 2 2 0 0 1 4 0ZM11 17a2 2 0 1 1-4 0 2 2 0 0 1 4 0Z',
  post: 'M6 3.5h8.5L19 8v12.5H6V3.5Zm8 0V8.5h5M9 12.5h7M9 16h5',
  menu: 'M4 7h16M4 12h16M4 17h16',
  close: 'M6 6l12 12M18 6 6 18',
  filter: 'M4 6h16M7 12h10M10.5 18h3',
  search: 'M15.5 10.5a5 5 0 1 1-10 0 5 5 0 0 1 10 0Zm-1.5 3.6 5.5 5.4',
  plus: 'M12 5v14M5 12h14',
  up: 'm7 14 5-5 5 5',
  down: 'm7 10 5 5 5-5',
  upDown: 'm8 10 4-4 4 4M8 14l4 4 4-4',
  previous: 'm14.5 6-6 6 6 6',
  next: 'm9.5 6 6 6-6 6',
  more: 'M6 12v.01M12 12v.01M18 12v.01',
  download: 'M12 4v11m0 0 4.5-4.5M12 15l-4.5-4.5M5 19.5h14',
  edit: 'M4.5 19.5h4L19 9l-4-4L4.5 15.5v4ZM13 7l4 4',
  trash: 'M5 7h14M10 7V5a1 1 0 0 1 1-1h2a1 1 0 0 1 1 1v2m3 0-.8 12a1 1 0 0 1-1 1H8.8a1 1 0 0 1-1-1L7 7m3.5 4v5m3-5v5',
  send: 'M20.5 3.5 3.5 10l7 3.5 3.5 7 6.5-17ZM10.5 13.5l4-4',
  shield: 'M12 3.5 5 6v5.5c0 4.3 2.9 7.4 7 9 4.1-1.6 7-4.7 7-9V6l-7-2.5ZM9 12l2.2 2.2L15.5 10',
  alert: 'M12 8v5m0 3.5v.01M10.3 3.9 2.6 17.2A2 2 0 0 0 4.3 20h15.4a2 2 0 0 0 1.7-2.8L13.7 3.9a2 2 0 0 0-3.4 0Z',
  check: 'M8.5 12.5 11 15l4.5-5.5M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z',
  signOut: 'M14 4.5h4a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1h-4M10 8l-4 4 4 4M6 12h9',
} as const

export type AdminIconName = keyof typeof paths

/** An icon of the administration. They are not in `look/icon.tsx`, so that the sign-in pages do not load them. */
export function AdminIcon({
  name,
  size = 18,
  className,
}: {
  name: AdminIconName
  size?: number
  className?: string | undefined
}) {
  return <Drawing path={paths[name]} size={size} className={className} strokeWidth={name === 'more' ? 3 : 1.75} />
}

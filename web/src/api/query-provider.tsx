import { QueryClientProvider } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { queries } from './queries.ts'

/** What pages need to show data of the server. The sign-in pages do without it, and so load less. */
export function QueryProvider({ children }: { children: ReactNode }) {
  return <QueryClientProvider client={queries}>{children}</QueryClientProvider>
}

/** The same around a group of pages. */
export function PagesWithQueries() {
  return (
    <QueryProvider>
      <Outlet />
    </QueryProvider>
  )
}

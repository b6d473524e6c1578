import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from './support/databases.ts'
import { type ServerProcess, startServerProcess } from './support/server-process.ts'
import { BASE, linesOf, readTour, takeTour } from './support/tour.ts'

const quickTour = readTour('README.md', 'Quick tour')
const tours = [
  { page: 'README.md', tour: quickTour },
  { page: 'docs/tour.md', tour: readTour('docs/tour.md') },
]

const cases = tours.flatMap((one) => databases.map((database) => ({ ...one, database, on: database.name })))

describe.each(cases)('the tour of $page on $on', ({ tour, database }) => {
  let place: Awaited<ReturnType<typeof database.create>>
  let server: ServerProcess | undefined
  let printed: string[]

  beforeAll(async () => {
    place = await database.create()
    server = await startServerProcess({ DATABASE_URL: place.url })
    printed = await takeTour(tour, server)
  })
  afterAll(async () => {
    await server?.stop()
    await place?.drop()
  })

  it('begins with the address that npm start serves', () => {
    expect(tour[0]?.commands).toContain(`BASE=${BASE}\n`)
  })

  it.each(tour.map((step, index) => ({ ...step, index })))('prints what it says: $title', ({ index, expected }) => {
    expect(linesOf(printed[index] ?? '')).toEqual(linesOf(expected))
  })
})

it('the tour of the README visits every path that the contract has for accounts, tokens and posts', () => {
  const commands = quickTour.map((step) => step.commands).join('')
  const visited = new Set([...commands.matchAll(/\$BASE(\/[a-z/-]*)/g)].map((match) => match[1]))
  expect([...visited].sort()).toEqual([
    '/api/change-password/',
    '/api/login/',
    '/api/logout/',
    '/api/posts/',
    '/api/protected/',
    '/api/register/',
    '/api/token/',
    '/api/token/authentication-token-header/',
    '/api/token/blacklist/',
    '/api/token/refresh-and-verify/',
    '/api/token/refresh/',
    '/api/token/verify/',
    '/api/users/authentication/',
    '/api/users/profile/',
    '/api/users/register/',
    '/dashboard/',
    '/token/',
  ])
})

import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { MountedPath } from '../../app/described-server.ts'
import { viewNames } from '../../hooks/urls.ts'
import { fileFault } from '../../platform/file-fault.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'
import { type Answer, answering } from '../terminal/answer.ts'
import { printable } from '../terminal/printable.ts'
import { readListingText } from '../urls/django-url-list.ts'
import { proposeUrls, writeUrls } from '../urls/django-urls.ts'

type UrlsOptions = { views?: true; fromDjango?: string }

/**
 * `urls`: the classic paths and djoser paths that result from these settings and from `urls` in `latchkey.config.ts`.
 */
export function addUrls(program: Command, context: Context): void {
  const command = program
    .command('urls')
    .description('prints the classic paths and those of djoser, with the views behind them')
    .option('--views', 'prints the names of all views instead')
    .option('--from-django <file>', "reads a Django project's list of URLs, and proposes the `urls` block for it")
  answering(command, context, async ({ views, fromDjango }: UrlsOptions) => {
    if (views === true) return { text: `${viewNames.join('\n')}\n`, json: viewNames }
    return fromDjango === undefined ? table(await context.describeUrls()) : proposal(fromDjango)
  })
}

function table(paths: readonly MountedPath[]): Answer {
  const width = Math.max(...paths.map(({ path }) => path.length))
  const viewWidth = Math.max(...paths.map(({ view }) => view.length))
  const lines = paths.map(
    ({ path, view, methods }) => `${path.padEnd(width)}  ${view.padEnd(viewWidth)}  ${methods.join(' ')}`,
  )
  return { text: `${lines.join('\n')}\n`, json: paths }
}

function proposal(file: string): Answer {
  const proposed = proposeUrls(read(file))
  if (proposed.length === 0) {
    throw new Refusal(
      `${printable(file)} contains no paths. Write one path per line, or the output of "python manage.py show_urls".`,
    )
  }
  const json = proposed.map(({ path, view, name, entry }) => ({ path, view, name, entry: entry ?? null }))
  return { text: writeUrls(proposed), json }
}

/** @throws Refusal */
function read(file: string): string {
  try {
    return readListingText(readFileSync(file === '-' ? 0 : file))
  } catch (error) {
    throw new Refusal(`${printable(file)} ${fileFault(error)}.`)
  }
}

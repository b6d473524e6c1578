import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'

/**
 * The features of curl that the manual's tours use, for machines without curl: `node curl.ts [options] URL`. Unknown
 * options are errors.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    silent: { type: 'boolean', short: 's' },
    'write-out': { type: 'string', short: 'w', default: '' },
    output: { type: 'string', short: 'o' },
    request: { type: 'string', short: 'X' },
    header: { type: 'string', short: 'H', multiple: true, default: [] },
    'user-agent': { type: 'string', short: 'A' },
    data: { type: 'string', short: 'd' },
  },
})
const [url] = positionals
if (url === undefined || positionals.length > 1) throw new Error('wants one address')
if (values.output !== undefined && values.output !== '/dev/null') throw new Error('writes no files')

const headers = new Headers(
  values.header.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()]
  }),
)
if (values['user-agent'] !== undefined) headers.set('User-Agent', values['user-agent'])
else headers.set('User-Agent', 'curl/8.0.0')
const answer = await fetch(url, {
  method: values.request ?? (values.data === undefined ? 'GET' : 'POST'),
  headers,
  body: values.data ?? null,
  redirect: 'manual',
})
const body = await answer.text()
const told = values['write-out'].replaceAll('%{http_code}', String(answer.status)).replaceAll('\\n', '\n')
writeSync(1, values.output === undefined ? body + told : told)

/** One line of a `.env` file that sets something. */
type EnvFileEntry = { text: string; line: number }

/**
 * The settings in a `.env` file, and faults for the lines that cannot be read. The faults contain nothing of these
 * lines.
 */
export type EnvFile = {
  entries: ReadonlyMap<string, EnvFileEntry>
  /** `name`: the setting that appears twice. Other programs' names may appear twice. */
  faults: { line: number; sentence: string; name?: string }[]
}

const assignment = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=(.*)$/
const blankOrComment = /^\s*(#.*)?$/

/**
 * Reads the text of a `.env` file like Node and Docker Compose: `NAME=value`, optionally after `export`. `#` starts a
 * comment at the start of a line or after a space. A quoted value may span several lines; double quotes support `
 * `, `\"` and `\\`. Variables are not expanded. Unlike both, it reports lines that it cannot read, and settings that
 * appear twice: otherwise, somebody who changes one of the lines would wonder why nothing happens.
 */
export function parseEnvFile(text: string): EnvFile {
  const entries = new Map<string, EnvFileEntry>()
  const faults: EnvFile['faults'] = []
  const lines = text.split(/\r?\n/)

  function set(name: string, entry: EnvFileEntry): void {
    const earlier = entries.get(name)
    if (earlier !== undefined) {
      const sentence = `sets ${name} again; line ${earlier.line} has already set it. Keep one of the lines.`
      faults.push({ line: entry.line, sentence, name })
    }
    entries.set(name, entry)
  }

  for (let index = 0; index < lines.length; index++) {
    const line = index + 1
    const current = lines[index] ?? ''
    if (blankOrComment.test(current)) continue
    const [, name, rest] = assignment.exec(current) ?? []
    if (name === undefined || rest === undefined) {
      faults.push({
        line,
        sentence: 'is neither NAME=value nor a comment. Comments begin with #.',
      })
      continue
    }
    const value = rest.trim()
    if (!/^["'`]/.test(value)) {
      set(name, { text: value.replace(/(^|\s)#.*$/, '').trimEnd(), line })
      continue
    }
    const quoted = readQuoted([value, ...lines.slice(index + 1)].join('\n'))
    if (quoted === undefined) {
      faults.push({ line, sentence: `opens a quotation with ${value[0]} and never closes it. Close it.` })
      continue
    }
    index += quoted.lineBreaks
    if (quoted.isClean) set(name, { text: quoted.text, line })
    else
      faults.push({ line, sentence: 'has text after the closing quotation mark. Put the whole value into the quotes.' })
  }
  return { entries, faults }
}

type Quoted = {
  text: string
  /** How many further lines the value spans. */
  lineBreaks: number
  /** Whether only a comment follows on its last line. */
  isClean: boolean
}

/** Reads the quotation at the start of a text. Undefined if it is never closed. */
function readQuoted(text: string): Quoted | undefined {
  const mark = text[0]
  let end = 1
  while (end < text.length && text[end] !== mark) end += mark === '"' && text[end] === '\\' ? 2 : 1
  if (end >= text.length) return undefined
  const inside = text.slice(1, end)
  const [rest = ''] = text.slice(end + 1).split('\n', 1)
  return {
    text: mark === '"' ? inside.replaceAll(/\\([n"\\])/g, (_, char) => (char === 'n' ? '\n' : char)) : inside,
    lineBreaks: inside.split('\n').length - 1,
    isClean: blankOrComment.test(rest),
  }
}

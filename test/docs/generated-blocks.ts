/**
 * Pages of the manual have parts that are made from the code, each between `<!-- begin NAME -->` and `<!-- end NAME -->`.
 * The text around them is written by hand.
 */
const block = /^<!-- begin (?<name>[\w-]+) -->\n(?<content>.*?)^<!-- end \k<name> -->$/gms

/** The names of a page's parts, in their order. */
export function blockNames(page: string): string[] {
  return [...page.matchAll(block)].map(({ groups }) => groups?.name ?? '')
}

/** The page with its parts generated again. */
export function withBlocks(page: string, blocks: Readonly<Record<string, string>>): string {
  return page.replace(block, (_, name: string) => {
    const content = blocks[name]
    if (content === undefined) throw new Error(`nothing makes the part ${name}`)
    return `<!-- begin ${name} -->\n${content.trim()}\n<!-- end ${name} -->`
  })
}

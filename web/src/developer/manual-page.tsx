import { queryOptions, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Marked } from 'marked'
import { useEffect } from 'react'
import { Failed, Loading } from '../layout/states.tsx'
import { TextLink } from '../look/links.tsx'
import { useTexts } from '../texts/texts.tsx'
import { DeveloperLayout } from './developer-layout.tsx'
import { developerTexts } from './developer-texts.ts'
import { readOwn } from './development-files.ts'
import classes from './manual-page.module.css'

const FIRST_PAGE = 'README.md'

const markdown = new Marked({
  renderer: {
    // The manual names its headings as its links expect.
    heading({ tokens, depth, text }) {
      const id = text
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(/\s/g, '-')
      return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>`
    },
    // What scrolls sideways must be reachable with the keyboard.
    code({ text }) {
      return `<pre tabindex="0"><code>${escapeText(text)}</code></pre>`
    },
    table(token) {
      const cells = (row: typeof token.header, tag: string) =>
        row.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join('')
      const body = token.rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('')
      const hasHeader = token.header.some(({ text }) => text !== '')
      const head = hasHeader ? `<thead><tr>${cells(token.header, 'td')}</tr></thead>` : ''
      return `<div class="table" tabindex="0"><table>${head}<tbody>${body}</tbody></table></div>`
    },
  },
})

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

const pageQuery = (name: string) =>
  queryOptions({
    queryKey: ['manual', name],
    queryFn: async () => markdown.parse(await readOwn(`/dev/manual-text/${name}`), { async: false }),
  })

/** A page of the manual, from the files of this version. */
export function ManualPage() {
  const texts = useTexts(developerTexts).manual
  const { _splat: name = '' } = useParams({ from: '/asking/dev/manual/$' })
  const wanted = name.replace(/\/$/, '') || FIRST_PAGE
  const page = useQuery(pageQuery(wanted))

  useEffect(() => {
    if (page.isSuccess && location.hash !== '') document.getElementById(location.hash.slice(1))?.scrollIntoView()
  }, [page.isSuccess])

  return (
    <DeveloperLayout title={texts.title} isTitleInside={page.isSuccess}>
      {page.isPending && <Loading lines={8} />}
      {page.isError && <Failed error={page.error} retry={() => void page.refetch()} />}
      {page.isSuccess && (
        <div className={classes.paper}>
          {wanted !== FIRST_PAGE && (
            <p>
              <TextLink to="/dev/manual/$/" params={{ _splat: '' }} size="sm">
                {texts.contents}
              </TextLink>
            </p>
          )}
          {/* biome-ignore lint/security/noDangerouslySetInnerHtml: the manual is part of this very package */}
          <div lang="en" className={classes.manual} dangerouslySetInnerHTML={{ __html: page.data }} />
        </div>
      )}
    </DeveloperLayout>
  )
}

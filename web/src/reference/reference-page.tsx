import { TextInput, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Brand } from '../layout/brand.tsx'
import { useDocumentTitle } from '../layout/document-title.ts'
import { layoutTexts } from '../layout/layout-texts.ts'
import { PageFooter } from '../layout/page-footer.tsx'
import { PageNotFound } from '../layout/page-not-found.tsx'
import { Failed, Loading } from '../layout/states.tsx'
import { TextLink } from '../look/links.tsx'
import { MoreIcon } from '../look/more-icon.tsx'
import { addressOf } from '../site/address.ts'
import { useTexts } from '../texts/texts.tsx'
import { CredentialsProvider } from './credentials.tsx'
import { type Chapter, referenceQuery } from './openapi.ts'
import { Method, OperationView } from './operation-view.tsx'
import classes from './reference-page.module.css'
import { referenceTexts } from './reference-texts.ts'

/** `/docs`: the API of this server, chapter by chapter; `/docs/OPERATION/` is one operation, with a form to try it. */
export function ReferencePage() {
  const texts = useTexts(referenceTexts)
  const { skip } = useTexts(layoutTexts)
  const reference = useQuery(referenceQuery)
  const { _splat = '' } = useParams({ from: '/asking/docs/$' })
  const wanted = _splat.replace(/\/$/, '')
  const operation = reference.data?.flatMap(({ operations }) => operations).find(({ id }) => id === wanted)
  useDocumentTitle(operation?.summary ?? texts.title)

  useEffect(() => {
    // Scroll to the heading of the chosen operation, not to the position in the previous one.
    if (wanted !== '') document.getElementById('content')?.scrollIntoView()
  }, [wanted])

  if (reference.isSuccess && wanted !== '' && operation === undefined) return <PageNotFound />
  return (
    <CredentialsProvider>
      <a href="#content" className={classes.skip}>
        {skip}
      </a>
      <div className={classes.page}>
        <header className={classes.header}>
          <Brand />
          <a className={classes.document} href={addressOf('/openapi.json')}>
            <MoreIcon name="download" size={16} /> {texts.document}
          </a>
        </header>
        <main id="content" className={classes.main} tabIndex={-1}>
          {reference.isPending && <Loading lines={10} />}
          {reference.isError && <Failed error={reference.error} retry={() => void reference.refetch()} />}
          {operation && (
            <>
              <p className={classes.back}>
                <TextLink to="/docs/$/" params={{ _splat: '' }} size="sm">
                  {texts.all}
                </TextLink>
              </p>
              <OperationView operation={operation} />
            </>
          )}
          {reference.isSuccess && operation === undefined && <Contents chapters={reference.data} />}
        </main>
        <PageFooter />
      </div>
    </CredentialsProvider>
  )
}

function Contents({ chapters }: { chapters: Chapter[] }) {
  const texts = useTexts(referenceTexts)
  const [wanted, setWanted] = useState('')
  const words = wanted.toLowerCase().split(/\s+/)
  const found = chapters
    .map((chapter) => ({
      ...chapter,
      operations: chapter.operations.filter(({ method, path, summary }) => {
        const text = `${method} ${path} ${summary}`.toLowerCase()
        return words.every((word) => text.includes(word))
      }),
    }))
    .filter(({ operations }) => operations.length > 0)
  return (
    <>
      <div className={classes.intro}>
        <Title order={1}>{texts.title}</Title>
        <p className={classes.quiet}>{texts.lead}</p>
        <TextInput
          mt="md"
          type="search"
          aria-label={texts.search}
          placeholder={texts.search}
          leftSection={<MoreIcon name="search" size={18} />}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
        <p role="status" className={classes.quiet} hidden={found.length > 0}>
          {found.length === 0 && texts.none}
        </p>
      </div>
      <nav aria-label={texts.contents}>
        {found.map(({ name, description, operations }) => (
          <section key={name} className={classes.chapter}>
            <Title order={2} lang="en">
              {description}
            </Title>
            <ul className={classes.operations}>
              {operations.map(({ id, method, path, summary }) => (
                <li key={id}>
                  <Link to="/docs/$/" params={{ _splat: id }} className={classes.link}>
                    <Method method={method} />
                    <code>{path}</code>
                    <span className={classes.summary} lang="en">
                      {summary.replaceAll('`', '')}
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </nav>
    </>
  )
}

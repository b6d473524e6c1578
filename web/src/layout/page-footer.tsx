import { ActionIcon, NativeSelect, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { Icon } from '../look/icon.tsx'
import { site } from '../site/site.ts'
import { localeOf, locales } from '../texts/locale.ts'
import { useLanguage, useTexts } from '../texts/texts.tsx'
import { layoutTexts } from './layout-texts.ts'
import classes from './page-footer.module.css'

/** The operator's links, the language, and the colours: at the foot of every page. */
export function PageFooter() {
  const texts = useTexts(layoutTexts)
  const { locale, choose } = useLanguage()
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useComputedColorScheme('light')
  const other = scheme === 'dark' ? 'light' : 'dark'
  return (
    <footer className={classes.footer}>
      {site.links.length > 0 && (
        <nav aria-label={texts.links}>
          <ul className={classes.links}>
            {site.links.map(({ label, url }) => (
              <li key={url}>
                <a href={url}>{label}</a>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <div className={classes.choices}>
        <NativeSelect
          aria-label={texts.language}
          size="sm"
          variant="unstyled"
          value={locale}
          onChange={(event) => choose(localeOf(event.currentTarget.value) ?? 'en')}
          data={locales.map((value) => ({ value, label: texts.languages[value] }))}
        />
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={other === 'dark' ? texts.useDark : texts.useLight}
          onClick={() => setColorScheme(other)}
        >
          <Icon name={other === 'dark' ? 'moon' : 'sun'} size={18} />
        </ActionIcon>
      </div>
    </footer>
  )
}

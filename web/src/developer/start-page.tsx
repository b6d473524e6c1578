import { Button, Stack, Text } from '@mantine/core'
import { SignInLayout } from '../layout/sign-in-layout.tsx'
import { MoreIcon, type MoreIconName } from '../look/more-icon.tsx'
import { addressOf } from '../site/address.ts'
import { site } from '../site/site.ts'
import { useTexts } from '../texts/texts.tsx'
import classes from './start-page.module.css'
import { startTexts } from './start-texts.ts'

type Tool = [href: string, icon: MoreIconName, name: string, lead: string]

/** Where a developer begins: the pages for users, and those that exist only in development. */
export function StartPage() {
  const texts = useTexts(startTexts)
  const isSignedIn = site.session === 'present' || site.session === 'refreshable'
  const mailbox: Tool = ['/dev/mailbox', 'mail', texts.mailbox, texts.mailboxLead]
  const tools: Tool[] = [
    ['/docs', 'code', texts.reference, texts.referenceLead],
    ...(site.has_mailbox ? [mailbox] : []),
    ['/dev/manual/', 'book', texts.manual, texts.manualLead],
  ]
  return (
    <SignInLayout title={texts.title(site.name)}>
      <Stack gap="xl">
        <Stack gap="sm">
          <Button component="a" href={addressOf(isSignedIn ? '/account/' : '/sign-in/')}>
            {isSignedIn ? texts.account : texts.signIn}
          </Button>
          <Button component="a" href={addressOf('/admin/')} variant="default">
            {texts.admin}
          </Button>
        </Stack>
        <ul className={classes.tools}>
          {tools.map(([href, icon, name, lead]) => (
            <li key={href}>
              <a href={addressOf(href)} className={classes.tool}>
                <MoreIcon name={icon} className={classes.icon} />
                <span>
                  <span className={classes.name}>{name}</span>
                  <span className={classes.lead}>{lead}</span>
                </span>
                <MoreIcon name="chevron" size={16} className={classes.arrow} />
              </a>
            </li>
          ))}
        </ul>
        <Text size="sm" c="dimmed">
          {texts.development}
        </Text>
      </Stack>
    </SignInLayout>
  )
}

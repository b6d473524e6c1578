import { Button, Stack, Text } from '@mantine/core'
import { encode } from 'uqr'
import { useTexts } from '../texts/texts.tsx'
import classes from './authenticator-secret.module.css'
import { enrolmentTexts } from './enrolment-texts.ts'

/** The secret for an authenticator app: as a QR code, and as text for people who cannot scan it. */
export function AuthenticatorSecret({ secret, uri }: { secret: string; uri: string }) {
  const texts = useTexts(enrolmentTexts)
  const { data, size } = encode(uri, { border: 2 })
  const squares = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return (
    <Stack gap="sm">
      <Text>{texts.scan}</Text>
      <svg className={classes.picture} role="img" aria-label={texts.qrCode} viewBox={`0 0 ${size} ${size}`}>
        <path fill="#fff" d={`M0 0h${size}v${size}h-${size}z`} />
        <path fill="#000" d={squares} />
      </svg>
      {/* A phone cannot scan its own screen. */}
      <Button component="a" href={uri} variant="default" className={classes.open}>
        {texts.openApp}
      </Button>
      <Text size="sm">{texts.orType}</Text>
      <code className={classes.secret} data-secret>
        {secret.replace(/(.{4})(?=.)/g, '$1 ')}
      </code>
    </Stack>
  )
}

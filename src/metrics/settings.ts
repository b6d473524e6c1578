import { type Static, Type } from 'typebox'
import { sha256 } from '../platform/digest.ts'
import { orNone, SettingFault, setting, settingGroup } from '../platform/setting.ts'

const minTokenLength = 32

export const metricsSettings = settingGroup('Metrics', {
  tokenDigest: orNone(
    setting(
      Type.String(),
      'METRICS_TOKEN',
      {
        default: 'none',
        isSecret: true,
        description:
          'The token that Prometheus sends to `/metrics`, as `Authorization: Bearer TOKEN`. With `none` the path ' +
          'does not exist; with `DEBUG` it then answers only under `localhost`.',
      },
      (text) => readToken(text.trim()),
    ),
  ),
})

export type MetricsSettings = Static<typeof metricsSettings>

/** Keeps only the digest of the token. @throws SettingFault, which shows no part of it */
function readToken(text: string): string {
  const cure = 'Create one with: openssl rand -hex 32'
  if (text.length < minTokenLength) {
    throw new SettingFault(`has only ${text.length} characters. Write at least ${minTokenLength}. ${cure}`)
  }
  // RFC 6750 §2.1
  if (!/^[A-Za-z0-9\-._~+/]+=*$/.test(text)) {
    throw new SettingFault(`has characters that are not allowed in an Authorization header. ${cure}`)
  }
  return sha256(text)
}

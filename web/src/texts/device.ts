import { useMemo } from 'react'
import { deviceTexts } from './device-texts.ts'
import { useTexts } from './texts.tsx'

const systems: [RegExp, string][] = [
  [/iphone/i, 'iPhone'],
  [/ipad/i, 'iPad'],
  [/android/i, 'Android'],
  [/windows/i, 'Windows'],
  [/mac os x|macintosh/i, 'macOS'],
  [/cros/i, 'ChromeOS'],
  [/linux/i, 'Linux'],
]

const browsers: [RegExp, string][] = [
  [/edg/i, 'Edge'],
  [/opr\//i, 'Opera'],
  [/firefox/i, 'Firefox'],
  [/chrome|crios/i, 'Chrome'],
  [/safari/i, 'Safari'],
]

/** What the server puts between the two names of a device. It names devices in English. */
const JOINT = ' on '

/** Names devices in the reader's language. What a program says about itself is a hint, not proof. */
type DeviceNames = {
  /** @param device as the API names it, such as "Firefox on Windows" */
  nameOf(device: string): string
  /** @param userAgent as a program sent it. Empty if we recognise nothing in it */
  nameOfAgent(userAgent: string): string
}

export function useDeviceNames(): DeviceNames {
  const texts = useTexts(deviceTexts)
  return useMemo(() => {
    const join = (program: string | undefined, system: string | undefined) =>
      program && system ? texts.on(program, system) : (program ?? system)
    return {
      nameOf(device) {
        if (device === '' || device === deviceTexts.en.unknown) return texts.unknown
        const [program, system] = device.split(JOINT)
        return join(program, system) ?? texts.unknown
      },
      nameOfAgent(userAgent) {
        const system = systems.find(([pattern]) => pattern.test(userAgent))?.[1]
        const browser = browsers.find(([pattern]) => pattern.test(userAgent))?.[1]
        return join(browser, system) ?? /^[\w.-]{1,20}/.exec(userAgent)?.[0] ?? ''
      },
    }
  }, [texts])
}

import type { MantineColorsTuple } from '@mantine/core'

type Oklch = { l: number; c: number; h: number }

/** Lightness of the ten shades of an accent, from the palest to the darkest. White text is legible from the seventh on. */
const LIGHTNESS = [0.975, 0.94, 0.885, 0.82, 0.74, 0.655, 0.56, 0.5, 0.44, 0.37]

/** How much of the colour's chroma a shade keeps: pale and dark ones have room for less. */
const CHROMA = [0.1, 0.22, 0.4, 0.6, 0.82, 0.95, 1, 0.96, 0.86, 0.72]

/** The contrast that white text needs with its background (WCAG 2.2, 1.4.3), with some to spare. */
const LEGIBLE = 4.7

/**
 * Ten shades of the operator's colour. The seventh is what buttons are filled with: it is the colour itself if white text
 * is legible on it, otherwise a shade that is dark enough.
 */
export function accentShades(hex: string): MantineColorsTuple {
  const base = toOklch(hex)
  const shades = LIGHTNESS.map((l, index) => toHex({ l, c: base.c * (CHROMA[index] ?? 1), h: base.h }))
  const filled = darkenUntilLegible(base)
  shades[6] = toHex(filled)
  for (const [index, step] of [
    [7, 0.06],
    [8, 0.12],
    [9, 0.19],
  ] as const) {
    shades[index] = toHex({ ...filled, l: Math.max(0.15, filled.l - step) })
  }
  return shades as unknown as MantineColorsTuple
}

function darkenUntilLegible(color: Oklch): Oklch {
  let { l } = color
  while (l > 0 && contrastWithWhite(toHex({ ...color, l })) < LEGIBLE) l -= 0.01
  return { ...color, l }
}

/** WCAG 2.2: (L1 + 0.05) / (L2 + 0.05) of the relative luminances. */
function contrastWithWhite(hex: string): number {
  const [r, g, b] = linearOf(hex)
  return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05)
}

function linearOf(hex: string): [number, number, number] {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return [channel(1), channel(3), channel(5)]
}

/** Björn Ottosson's OKLab, in its polar form. */
function toOklch(hex: string): Oklch {
  const [r, g, b] = linearOf(hex)
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s
  const bb = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s
  return { l: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, c: Math.hypot(a, bb), h: Math.atan2(bb, a) }
}

function toHex({ l, c, h }: Oklch): string {
  const a = c * Math.cos(h)
  const b = c * Math.sin(h)
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3
  const linear = [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ]
  const channels = linear.map((value) => {
    const encoded = value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055
    return Math.round(Math.min(1, Math.max(0, encoded)) * 255)
      .toString(16)
      .padStart(2, '0')
  })
  return `#${channels.join('')}`
}

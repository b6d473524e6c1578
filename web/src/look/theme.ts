import { type CSSVariablesResolver, createTheme } from '@mantine/core'
import { site } from '../site/site.ts'
import { accentShades } from './accent.ts'

const SYSTEM_FONTS =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif'

/** The look of all pages: one accent colour, system fonts, calm surfaces. */
export const theme = createTheme({
  fontFamily: SYSTEM_FONTS,
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 6 },
  colors: {
    accent: accentShades(site.color),
    dark: [
      '#e6e7ea',
      '#c9cbd1',
      '#a5a8b1',
      '#777b86',
      '#494d57',
      '#3a3e47',
      '#2a2d34',
      '#1d1f25',
      '#17191e',
      '#101216',
    ],
    gray: [
      '#f7f8fa',
      '#f0f2f5',
      '#e6e8ec',
      '#d8dbe1',
      '#c5c9d2',
      '#a3a9b5',
      '#737a88',
      '#555c6a',
      '#3a404c',
      '#22262e',
    ],
  },
  black: '#1b1e25',
  defaultRadius: 'md',
  radius: { md: '0.625rem', lg: '1rem' },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.625rem', lineHeight: '1.25' },
      h2: { fontSize: '1.1875rem', lineHeight: '1.35' },
      h3: { fontSize: '1rem', lineHeight: '1.4' },
    },
  },
  components: {
    Anchor: { defaultProps: { underline: 'always' } },
    Button: { defaultProps: { size: 'md' } },
    TextInput: { defaultProps: { size: 'md' } },
    PasswordInput: { defaultProps: { size: 'md' } },
    // The arrow only repeats what the element already is.
    NativeSelect: { defaultProps: { size: 'md', rightSectionProps: { 'aria-hidden': true } } },
    Textarea: { defaultProps: { size: 'md' } },
  },
})

/** Surfaces and muted texts of the two colour schemes, legible on each (WCAG 2.2, 1.4.3). */
export const variables: CSSVariablesResolver = (resolved) => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-dimmed': '#5a6170',
    '--mantine-color-error': '#c5221f',
    '--mantine-color-placeholder': '#6b7280',
    '--page-ground': resolved.colors.gray[0],
    '--page-surface': '#ffffff',
    '--page-line': resolved.colors.gray[2],
    '--mantine-color-accent-light-color': 'var(--mantine-color-accent-7)',
    '--mantine-color-red-light': '#fdebe9',
    '--mantine-color-red-light-hover': '#fbdcd9',
    '--mantine-color-red-light-color': '#a61b17',
    '--page-accent-text': 'var(--mantine-color-accent-7)',
    '--page-shadow': '0 1px 2px rgb(16 18 22 / 0.04), 0 8px 24px rgb(16 18 22 / 0.05)',
  },
  dark: {
    '--mantine-color-body': '#17191e',
    '--mantine-color-text': '#e6e7ea',
    '--mantine-color-dimmed': '#a5a8b1',
    '--mantine-color-error': '#ff8a80',
    '--mantine-color-placeholder': '#8b8f9a',
    '--mantine-color-anchor': 'var(--mantine-color-accent-3)',
    '--page-ground': '#101216',
    '--page-surface': '#17191e',
    '--page-line': '#2a2d34',
    '--mantine-color-accent-light-color': 'var(--mantine-color-accent-3)',
    '--mantine-color-red-light': '#3a1d1d',
    '--mantine-color-red-light-hover': '#482323',
    '--mantine-color-red-light-color': '#ffb4ad',
    '--page-accent-text': 'var(--mantine-color-accent-3)',
    '--page-shadow': 'none',
  },
})

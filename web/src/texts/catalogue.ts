import type { ReactNode } from 'react'
import type { Locale } from './locale.ts'

/** A text, or a function that puts values into one. */
type Text = string | ((...values: never[]) => ReactNode)

/** Texts of a page by name; groups of them may be nested. */
type Texts = { readonly [name: string]: Text | Texts }

/** The same names with the same kinds of values, in another language. */
type Translated<T> = {
  readonly [Name in keyof T]: T[Name] extends string
    ? string
    : T[Name] extends (...values: infer Values) => infer Result
      ? (...values: Values) => Result extends string ? string : Result
      : Translated<T[Name]>
}

/** The texts of one page in every language. */
export type Catalogue<T> = Readonly<Record<Locale, T>>

/**
 * Creates a page's catalogue. English defines which texts there are; a language that lacks one, or takes other values, does not
 * compile.
 */
export function catalogue<const T extends Texts>(en: T, others: { de: Translated<T> }): Catalogue<Translated<T>> {
  return { en: en as unknown as Translated<T>, ...others }
}

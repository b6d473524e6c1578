/*
 * The forms of the settings that a program gives by name. The reader of settings checks them at the start, so these
 * types need only help an editor.
 */

/** A text, as it would stand in the environment. */
export type Text = string | undefined

/** `true` or `false`. */
export type Switch = boolean | 'true' | 'false' | Text

/** One of some words. An editor offers them; others are refused at the start. */
export type Choice<Word extends string> = Word | (string & {}) | undefined

/** A whole number. */
export type WholeNumber = number | Text

/** A whole number with a unit: `90s`, `5m`, `12h` or `30d`. */
export type Duration = `${number}${'s' | 'm' | 'h' | 'd'}` | (string & {}) | undefined

/** Several values: an array, or a text with commas between them. An empty array means `none`. */
export type List = readonly string[] | Text

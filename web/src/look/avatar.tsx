import classes from './avatar.module.css'
import { clsx } from './clsx.ts'

const TONES = 6

/** The first letter of a name in a coloured circle: the same name always has the same colour. The name is beside it. */
export function Avatar({ name, size = 'small' }: { name: string; size?: 'small' | 'medium' | 'large' }) {
  return (
    <span className={clsx(classes.avatar, classes[`tone${toneOf(name)}`], classes[size])} aria-hidden="true">
      {[...name][0]?.toUpperCase()}
    </span>
  )
}

function toneOf(name: string): number {
  let sum = 0
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 65_521
  return sum % TONES
}

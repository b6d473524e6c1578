import { Tag } from './tag.tsx'
import classes from './tags.module.css'

/** A list of names, each as a tag. */
export function Tags({ names }: { names: readonly string[] }) {
  return (
    <ul className={classes.tags}>
      {names.map((name) => (
        <li key={name}>
          <Tag kind="plain">{name}</Tag>
        </li>
      ))}
    </ul>
  )
}

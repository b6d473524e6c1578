import { Icon } from '../look/icon.tsx'
import { useTexts } from '../texts/texts.tsx'
import { administrationTexts } from './administration-texts.ts'
import { type Needed, useMay } from './permissions.ts'
import classes from './view-only.module.css'

/**
 * Says in one line why nothing can be changed here, and which permission is missing. Nothing for those who hold it.
 *
 * @param needs undefined: there is nothing to change
 */
export function ViewOnly({ needs }: { needs: Needed | undefined }) {
  const texts = useTexts(administrationTexts)
  if (useMay()(needs) || needs === undefined) return null
  return (
    <p className={classes.line}>
      <Icon name="eye" size={18} className={classes.icon} />
      <span>{needs === 'superuser' ? texts.viewOnlySuperuser : texts.viewOnly(needs)}</span>
    </p>
  )
}

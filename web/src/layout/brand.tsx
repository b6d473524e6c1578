import { addressOf } from '../site/address.ts'
import { site } from '../site/site.ts'
import classes from './brand.module.css'

/** The operator's logo, or the name if there is none. Leads to the first page. */
export function Brand() {
  return (
    <a href={addressOf('/')} className={classes.brand}>
      {site.logo === null ? (
        <>
          <span className={classes.mark} aria-hidden="true">
            {[...site.name][0]?.toUpperCase()}
          </span>
          <span>{site.name}</span>
        </>
      ) : (
        <img src={site.logo} alt={site.name} className={classes.logo} />
      )}
    </a>
  )
}

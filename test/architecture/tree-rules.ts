import { isProduct, type Rule, target } from './rule.ts'

/** What others than this repository import. */
const OWN_USERS = /^src\/(latchkey|testing)\.ts$/

const EXPORT_WHY =
  'dead code is read, and kept in step, for nothing. Delete it; if only its own file needs the name, do not export it'

export const exportsHaveUsers: Rule = {
  title: 'every exported name is imported somewhere, and not by tests alone',
  breaches(files) {
    const users = new Map<string, Set<'product' | 'test'>>()
    for (const file of files) {
      const user = isProduct(file) || file.path.startsWith('packages/') ? 'product' : 'test'
      for (const one of file.imports) {
        for (const name of one.names) {
          const key = `${target(file, one)} ${name}`
          users.set(key, (users.get(key) ?? new Set()).add(user))
        }
      }
    }
    const usersOf = (path: string, name: string) =>
      new Set([...(users.get(`${path} ${name}`) ?? []), ...(users.get(`${path} *`) ?? [])])
    return files
      .filter((file) => isProduct(file) && !OWN_USERS.test(file.path))
      .flatMap(({ path, exports }) =>
        exports.flatMap(({ name, isUsedInside, line }) => {
          const found = usersOf(path, name)
          if (found.has('product') || (found.has('test') && isUsedInside)) return []
          const says = found.has('test') ? 'which only tests import' : 'which nothing imports'
          return [`${path}:${line} exports ${name}, ${says}. Reason: ${EXPORT_WHY}`]
        }),
      )
  },
}

const NAME_WHY = 'a name that two files export means two things, or one thing is written twice. Rename one, or share it'

export const namesMeanOneThing: Rule = {
  title: 'no two files export the same name',
  breaches(files) {
    const homes = new Map<string, string>()
    return files.filter(isProduct).flatMap(({ path, exports }) =>
      exports.flatMap(({ name, line }) => {
        const home = homes.get(name) ?? path
        homes.set(name, home)
        return home === path ? [] : [`${path}:${line} exports ${name}, as ${home} does. Reason: ${NAME_WHY}`]
      }),
    )
  },
}

const CYCLE_WHY = 'in a cycle one file runs before what it needs exists, and neither can be read alone'

export const cycles: Rule = {
  title: 'no file imports itself by way of others (types apart)',
  breaches(files) {
    const product = new Map(files.filter(isProduct).map((file) => [file.path, file]))
    const finished = new Set<string>()
    const found: string[] = []

    function walk(path: string, trail: readonly string[]): void {
      const start = trail.indexOf(path)
      if (start >= 0) {
        found.push(`${path}:1 imports itself: ${[...trail.slice(start), path].join(' -> ')}. Reason: ${CYCLE_WHY}`)
        return
      }
      const file = product.get(path)
      if (file === undefined || finished.has(path)) return
      for (const one of file.imports) {
        const next = one.kind === 'value' ? target(file, one) : undefined
        if (next !== undefined) walk(next, [...trail, path])
      }
      finished.add(path)
    }

    for (const path of product.keys()) walk(path, [])
    return found
  },
}

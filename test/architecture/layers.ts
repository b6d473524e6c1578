/** The layers from left to right: a file may import those to the right of its own. */
const layers = ['launcher', 'main', 'commands', 'app', 'surface', 'flows', 'concepts', 'storage', 'foundation'] as const

/** `commands` is cli/. `surface` is http and config. `foundation` is platform and errors. */
type Layer = (typeof layers)[number]

/** Where a source file belongs. */
type Place = {
  layer: Layer
  /** The folder directly in src/, or a file on its own. Files within it may import one another freely. */
  unit: string
}

const layerOfUnit = new Map<string, Layer>([
  ['main.ts', 'main'],
  ['cli/main.ts', 'main'],
  // The program `latchkey`: finds a Node for `cli/main.ts`.
  ['cli/start.ts', 'launcher'],
  // What the package exports: `latchkey` and `latchkey/testing`.
  ['latchkey.ts', 'main'],
  ['testing.ts', 'main'],
  ['cli', 'commands'],
  ['app', 'app'],
  ['http', 'surface'],
  ['config', 'surface'],
  ['flows', 'flows'],
  ['storage', 'storage'],
  ['platform', 'foundation'],
  ['errors.ts', 'foundation'],
])

/** The place of a path under src/. Every folder that is not a named layer is a concept; a loose file has no place. */
export function placeOf(path: string): Place | undefined {
  const inside = path.replace(/^src\//, '')
  const folder = inside.split('/')[0] ?? inside
  const unit = layerOfUnit.has(inside) ? inside : folder
  const layer = layerOfUnit.get(unit) ?? (folder === inside ? undefined : 'concepts')
  return layer === undefined ? undefined : { layer, unit }
}

/**
 * Concepts whose pure files may import values from pure files of the concepts to their right: a token belongs to a session,
 * and a session to an account. So a rule that takes all three can live with its concept, and no cycle can arise.
 */
const policyOrder = ['tokens', 'sessions', 'accounts']

/** Whether a pure file of one concept may import values from a pure file of another. See `policyOrder`. */
export function mayImportPolicy(from: Place, to: Place): boolean {
  const [position, other] = [policyOrder.indexOf(from.unit), policyOrder.indexOf(to.unit)]
  return position !== -1 && position < other
}

/** Whether a file at `from` may import one at `to`. */
export function mayImport(from: Place, to: Place, kind: 'value' | 'type'): boolean {
  if (from.unit === to.unit) return true
  if (from.layer === 'concepts' && to.layer === 'concepts') return kind === 'type'
  return layers.indexOf(from.layer) < layers.indexOf(to.layer)
}

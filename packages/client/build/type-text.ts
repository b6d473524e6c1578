/** The part of JSON Schema that the v1 contract uses. */
export type Schema = {
  type?: string | string[]
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  items?: Schema
  anyOf?: Schema[]
  enum?: unknown[]
  const?: unknown
}

type Surroundings = {
  /** The names of schemas that have one, by their JSON. */
  shared: ReadonlyMap<string, string>
  /** Whether callers write the value: then `undefined` may stand for a member that is left out. */
  isInput: boolean
  /** How deep the text is indented, in steps of two spaces. Default 0. */
  depth?: number
}

/** The TypeScript type of a schema. @throws Error for a schema that it cannot express exactly */
export function typeText(schema: Schema, around: Surroundings): string {
  const name = around.shared.get(JSON.stringify(schema))
  if (name !== undefined) return name
  if (schema.const !== undefined) return literalText(schema.const)
  if (schema.enum) return schema.enum.map(literalText).join(' | ')
  if (schema.anyOf) return [...new Set(schema.anyOf.map((one) => typeText(one, around)))].join(' | ')
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type
    case 'integer':
    case 'number':
      return 'number'
    case 'array':
      return arrayText(schema.items ?? {}, around)
    case 'object':
      return objectText(schema, around)
    case undefined:
      if (isOpen(schema)) return 'unknown'
  }
  throw new Error(`There is no TypeScript for ${JSON.stringify(schema)}: teach packages/client/build/type-text.ts.`)
}

/** The TypeScript type of an object, each member with its description. */
export function objectText({ properties, required = [], additionalProperties }: Schema, around: Surroundings): string {
  if (properties === undefined || Object.keys(properties).length === 0) {
    const values = typeof additionalProperties === 'object' ? additionalProperties : {}
    return `Record<string, ${additionalProperties === false ? 'never' : typeText(values, around)}>`
  }
  const depth = (around.depth ?? 0) + 1
  const indent = '  '.repeat(depth)
  const members = Object.entries(properties).map(([name, schema]) => {
    const isRequired = required.includes(name)
    const text = typeText(schema, { ...around, depth })
    const comment = schema.description ? `${indent}/** ${commentText(schema.description)} */\n` : ''
    const key = /^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`
    return `${comment}${indent}${key}${isRequired ? '' : '?'}: ${text}${!isRequired && around.isInput ? ' | undefined' : ''}`
  })
  return `{\n${members.join('\n')}\n${'  '.repeat(depth - 1)}}`
}

function arrayText(items: Schema, around: Surroundings): string {
  const text = typeText(items, around)
  const one = /^\w+$/.test(text) || text.startsWith('{') ? text : `(${text})`
  return around.isInput ? `readonly ${one}[]` : `${one}[]`
}

function literalText(value: unknown): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : JSON.stringify(value)
}

/** Whether a schema contains nothing but its description. */
function isOpen(schema: Schema): boolean {
  return Object.keys(schema).every((key) => key === 'description')
}

/** Makes a text safe inside a comment. */
export function commentText(text: string): string {
  return text.replaceAll('*/', '*\\/')
}

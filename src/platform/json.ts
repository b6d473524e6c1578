/** A JSON object. A member may be called `__proto__`: copy by spreading, not by assigning. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Whether a value that was parsed from JSON is an object, and neither an array nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

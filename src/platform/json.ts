/** A JSON object. A member may be called `__proto__`, so copy it by spreading, not by assigning. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Whether a value parsed from JSON is an object, not an array or null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

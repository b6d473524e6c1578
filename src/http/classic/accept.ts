const JSON_RANGES: ReadonlySet<string> = new Set(['*/*', 'application/*', '*/json', 'application/json'])

/**
 * Whether an `Accept` header allows JSON, our only format. As in Django REST framework, qualities are ignored, and an
 * empty header (unlike a missing one) accepts nothing.
 */
export function acceptsJson(header: string | undefined): boolean {
  if (header === undefined || header === '*/*' || header === 'application/json') return true
  return header.split(',').some((range) => JSON_RANGES.has((range.split(';')[0] ?? '').trim().toLowerCase()))
}

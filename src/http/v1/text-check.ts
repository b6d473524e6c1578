import { type FieldFault, refuseFaults } from '../../errors.ts'
import { textFaults } from '../../platform/text-rules.ts'

/**
 * Refuses texts that no database can store: with U+0000 or half a surrogate pair, at any depth.
 *
 * @throws AuthError `invalid_fields`
 */
export function checkTexts(body: unknown): void {
  const faults: FieldFault[] = []
  const left: { field: string; value: unknown }[] = [{ field: '', value: body }]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { field, value } = next
    if (typeof value === 'string') {
      if (textFaults(value).length > 0) faults.push({ field, fault: 'text' })
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) {
        left.push({ field: field === '' ? name : `${field}/${name}`, value: member })
      }
    }
  }
  refuseFaults(faults)
}

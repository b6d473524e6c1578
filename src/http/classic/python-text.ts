/** Python's name for the type of a JSON value, as in the messages of Django REST framework. */
export function pythonTypeName(value: unknown, source: string): 'list' | 'str' | 'int' | 'float' | 'bool' {
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'string') return 'str'
  if (typeof value === 'boolean') return 'bool'
  return /[.eE]/.test(source) ? 'float' : 'int'
}

/**
 * The text that Python's `str()` gives for a JSON number, from its original text: integers keep every digit; everything
 * else is a float, with an exponent below 0.0001 and from 1e16 on.
 */
export function pythonNumberText(source: string): string {
  if (!/[.eE]/.test(source)) return /^-0+$/.test(source) ? '0' : source
  const value = Number(source)
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const [mantissa = '', exponent = ''] = value.toExponential().split('e')
  const power = Number(exponent)
  if (power >= -4 && power < 16) {
    const plain = plainDecimal(mantissa, power)
    return plain.includes('.') ? plain : `${plain}.0`
  }
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

function plainDecimal(mantissa: string, power: number): string {
  const sign = mantissa.startsWith('-') ? '-' : ''
  const digits = mantissa.replace(/[-.]/g, '')
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${digits}`
  const whole = digits.slice(0, power + 1).padEnd(power + 1, '0')
  const fraction = digits.slice(power + 1)
  return sign + whole + (fraction === '' ? '' : `.${fraction}`)
}

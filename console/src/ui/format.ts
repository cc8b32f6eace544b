const whole = new Intl.NumberFormat('en-GB')
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 })
const dayAndTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
const relative = new Intl.RelativeTimeFormat('en-GB', { numeric: 'auto', style: 'short' })

export const count = (value: number) => (Math.abs(value) < 100_000 ? whole.format(value) : compact.format(value))
export const percent = (share: number, digits = 1) => `${(share * 100).toFixed(digits)} %`
export const decimal = (value: number, digits = 3) => value.toFixed(digits)

const wholeDollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' })
const smallDollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumSignificantDigits: 3 })

/** Micro-units of a US dollar, as the server counts money. A call costs a fraction of a cent: small sums keep three digits. */
export const money = (micros: number) => {
  const dollars = micros / 1_000_000
  return (Math.abs(dollars) < 1 ? smallDollars : wholeDollars).format(dollars)
}

export const bytes = (size: number) => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const step = size < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(size) / 3))
  return `${(size / 1000 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step]}`
}

export const milliseconds = (ms: number) =>
  ms > 0 && ms < 1 ? `${ms.toFixed(2)} ms` : ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`

export const duration = (ms: number) => {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
  return `${Math.floor(seconds / 86_400)} days`
}

const toTheSecond = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' })
export const clockTime = (iso: string) => toTheSecond.format(new Date(iso))
export const instant = (iso: string) => dayAndTime.format(new Date(iso))

const spans: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]
export const ago = (iso: string, now = Date.now()) => {
  const seconds = Math.round((Date.parse(iso) - now) / 1000)
  const span = spans.find(([, size]) => Math.abs(seconds) >= size)
  if (span) return relative.format(Math.round(seconds / span[1]), span[0])
  return Math.abs(seconds) < 5 ? 'just now' : relative.format(seconds, 'second')
}

/** `demographic_parity_difference` reads as "demographic parity difference". */
export const words = (name: string) => name.replaceAll('_', ' ').replaceAll('-', ' ')
export const sentence = (name: string) => {
  const text = words(name)
  return text.charAt(0).toUpperCase() + text.slice(1)
}

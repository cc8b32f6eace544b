/** CIDR allow-lists on IPv4 and IPv6. An IPv4-mapped IPv6 address (RFC 4291 2.5.5.2) is the IPv4 address that it carries. */
import { isIPv4, isIPv6 } from 'node:net'

export interface Network {
  readonly bytes: Uint8Array
  readonly bits: number
}

const fromV4 = (text: string): Uint8Array => Uint8Array.from(text.split('.'), Number)

const fromV6 = (text: string): Uint8Array => {
  const bytes = new Uint8Array(16)
  const lastColon = text.lastIndexOf(':')
  const tail = text.slice(lastColon + 1)
  let groups = text
  if (tail.includes('.')) {
    const [a = 0, b = 0, c = 0, d = 0] = fromV4(tail)
    groups = `${text.slice(0, lastColon + 1)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
  }
  const [head = '', rest] = groups.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = rest === undefined || rest === '' ? [] : rest.split(':')
  const put = (group: string, index: number): void => {
    const value = Number.parseInt(group, 16)
    bytes[index * 2] = value >> 8
    bytes[index * 2 + 1] = value & 0xff
  }
  left.forEach(put)
  right.forEach((group, i) => {
    put(group, 8 - right.length + i)
  })
  return bytes
}

const isMapped = (bytes: Uint8Array): boolean => bytes[10] === 0xff && bytes[11] === 0xff && bytes.subarray(0, 10).every((byte) => byte === 0)

/** 4 or 16 bytes, or undefined for what is no address. A zone (`fe80::1%eth0`) names an interface, not an address. */
export const parseAddress = (text: string): Uint8Array | undefined => {
  if (isIPv4(text)) return fromV4(text)
  if (!isIPv6(text)) return undefined
  const zone = text.indexOf('%')
  const bytes = fromV6(zone === -1 ? text : text.slice(0, zone))
  return isMapped(bytes) ? bytes.subarray(12) : bytes
}

/** The address as policies see it: mapped forms unfolded, zones gone. What is no address becomes the unspecified one, which no list allows by accident. */
export const plainAddress = (text: string): string => {
  const bytes = parseAddress(text)
  if (bytes === undefined) return '0.0.0.0'
  if (bytes.length === 4) return bytes.join('.')
  return Array.from({ length: 8 }, (_, i) => (((bytes[i * 2] ?? 0) << 8) | (bytes[i * 2 + 1] ?? 0)).toString(16)).join(':')
}

/** `10.0.0.0/8`, `2001:db8::/32`, or one address. Undefined when it is neither, or when bits below the mask are set: that is a typo. */
export const parseNetwork = (text: string): Network | undefined => {
  const [address = '', prefix, ...more] = text.split('/')
  if (more.length > 0 || address.includes('%')) return undefined
  const bytes = parseAddress(address)
  if (bytes === undefined) return undefined
  const width = bytes.length * 8
  if (prefix === undefined) return { bytes, bits: width }
  if (!/^(0|[1-9]\d{0,2})$/.test(prefix)) return undefined
  // A mask written on a mapped address counts from the 128-bit form.
  const bits = Number(prefix) - (width === 32 && address.includes(':') ? 96 : 0)
  if (bits < 0 || bits > width) return undefined
  const network = { bytes, bits }
  return isHostPartZero(network) ? network : undefined
}

const isHostPartZero = ({ bytes, bits }: Network): boolean => {
  for (let bit = bits; bit < bytes.length * 8; bit += 1) if (((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) return false
  return true
}

const contains = ({ bytes, bits }: Network, address: Uint8Array): boolean => {
  if (bytes.length !== address.length) return false
  const whole = bits >> 3
  for (let i = 0; i < whole; i += 1) if (bytes[i] !== address[i]) return false
  const mask = (0xff00 >> (bits & 7)) & 0xff
  return ((bytes[whole] ?? 0) & mask) === ((address[whole] ?? 0) & mask)
}

/** No rule means any address. An address that cannot be read is inside no rule. */
export const isInside = (networks: readonly Network[], remoteIp: string): boolean => {
  if (networks.length === 0) return true
  const address = parseAddress(remoteIp)
  return address !== undefined && networks.some((network) => contains(network, address))
}

import { BlockList, isIP } from 'node:net'

/**
 * Addresses that a connection may not reach: link-local ranges (169.254.0.0/16, also through NAT64; fe80::/10) and the
 * metadata services of clouds inside other ranges (AWS fd00:ec2::/32, Alibaba 100.100.100.200, Oracle 192.0.0.192).
 * IPv4 inside IPv6 (::ffff:169.254.169.254) is checked as IPv4 by BlockList itself.
 */
const forbidden = new BlockList()
forbidden.addSubnet('169.254.0.0', 16, 'ipv4')
forbidden.addAddress('100.100.100.200', 'ipv4')
forbidden.addAddress('192.0.0.192', 'ipv4')
forbidden.addSubnet('fe80::', 10, 'ipv6')
forbidden.addSubnet('fd00:ec2::', 32, 'ipv6')
forbidden.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6')

const FORBIDDEN_NAMES = /^(metadata|instance-data)(\.|$)/i

/** Whether this host name or address hands credentials of the machine to whoever asks it (SSRF). Takes `[::1]` and `::1`. */
export const isForbiddenAddress = (hostOrAddress: string): boolean => {
  const host = hostOrAddress.replace(/^\[|\]$/g, '')
  const version = isIP(host)
  if (version === 0) return FORBIDDEN_NAMES.test(host)
  return forbidden.check(host, version === 4 ? 'ipv4' : 'ipv6')
}

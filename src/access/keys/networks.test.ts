import { BlockList } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isInside, type Network, parseNetwork, plainAddress } from './networks.ts'

const networks = (...texts: string[]): Network[] => texts.map((text) => parseNetwork(text)!)

describe('a network rule', () => {
  it.each([
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.8', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '203.0.113.9', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['::1', '0:0:0:0:0:0:0:1', true],
    ['64:ff9b::/96', '64:ff9b::192.0.2.33', true],
    ['10.0.0.0/8', '', false],
    ['10.0.0.0/8', 'localhost', false],
    ['10.0.0.0/8', '10.0.0.1, 8.8.8.8', false],
  ])('%s holds %s: %s', (rule, address, holds) => {
    expect(isInside(networks(rule), address)).toBe(holds)
  })

  it.each(['10.0.0.1/8', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/', '10.0.0.0/08', '10.0.0/8', '::/129', '10.0.0.0/8/8', 'fe80::1%eth0', '*', ''])(
    'is refused when it is wrong: %s',
    (text) => {
      expect(parseNetwork(text)).toBeUndefined()
    },
  )

  it('means any address when there is none', () => {
    expect(isInside([], 'anything')).toBe(true)
  })

  it('holds what node:net says it holds', () => {
    const rule = fc.oneof(
      fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.constant('ipv4' as const)),
      fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 }), fc.constant('ipv6' as const)),
    )
    fc.assert(
      fc.property(rule, fc.oneof(fc.ipV4(), fc.ipV6()), fc.integer({ min: 0, max: 128 }), ([address, bits, family], other, near) => {
        // Here an IPv6 block never holds an IPv4 address; node lets blocks around ::ffff:0:0/96 hold them.
        const network = maskOf(address, bits)
        fc.pre(network.includes(':') === (family === 'ipv6'))
        const oracle = new BlockList()
        oracle.addSubnet(network, bits, family)
        for (const tried of [other, address, maskOf(address, near)].filter((text) => plainAddress(text).includes(':') === network.includes(':')))
          expect(isInside([parseNetwork(`${network}/${bits}`)!], tried)).toBe(oracle.check(tried, tried.includes(':') ? 'ipv6' : 'ipv4'))
      }),
      { numRuns: 500 },
    )
  })
})

/** The address with all bits after the first `bits` cleared, written out by this room's own formatter. */
const maskOf = (address: string, bits: number): string => {
  const groups = plainAddress(address)
  const isV4 = groups.includes('.')
  const width = isV4 ? 8 : 16
  return groups
    .split(isV4 ? '.' : ':')
    .map((group, i) => {
      const keep = Math.min(width, Math.max(0, bits - i * width))
      const value = Number.parseInt(group, isV4 ? 10 : 16)
      return (value & ~((1 << (width - keep)) - 1)).toString(isV4 ? 10 : 16)
    })
    .join(isV4 ? '.' : ':')
}

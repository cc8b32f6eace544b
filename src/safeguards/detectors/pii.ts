import type { PiiKind, PiiOptions } from '../model.ts'
import { address, postalCode, postalCodeSaid } from '../pii/address.ts'
import { americas } from '../pii/americas.ts'
import { asiaPacific } from '../pii/asia-pacific.ts'
import { bareUrl, email, ipv4, ipv6, mac, phone, url } from '../pii/contact.ts'
import { crypto } from '../pii/crypto.ts'
import { date } from '../pii/dates.ts'
import { europe } from '../pii/europe.ts'
import { identifierPattern } from '../pii/identifier.ts'
import { companySaid, country, NAME_KINDS, nameScanner, personSaid } from '../pii/names.ts'
import { nrp } from '../pii/nrp.ts'
import { card, iban, swift } from '../pii/payment.ts'
import { person } from '../pii/person.ts'
import { registers } from '../pii/registers.ts'
import { things } from '../pii/things.ts'
import { unitedKingdom } from '../pii/united-kingdom.ts'
import { unitedStates } from '../pii/united-states.ts'
import type { Scanner } from './detector.ts'
import { type Pattern, patternScanner } from './pattern.ts'

const IDENTIFIERS = [unitedStates, americas, unitedKingdom, europe, asiaPacific, registers, things].flat()

const PATTERNS: readonly Pattern[] = [
  email,
  url,
  bareUrl,
  ipv4,
  ipv6,
  mac,
  card,
  iban,
  swift,
  crypto,
  date,
  nrp,
  address,
  postalCode,
  postalCodeSaid,
  personSaid,
  companySaid,
  country,
  ...person,
  ...IDENTIFIERS.map(identifierPattern),
]

/** Everything that finds a kind; a kind without anything is a mistake in the list of kinds. */
export const patternsOf = (kind: PiiKind, { regions }: Pick<PiiOptions, 'regions'>): readonly Pattern[] =>
  kind === 'phone' ? [phone(regions)] : PATTERNS.filter((pattern) => pattern.kind === kind)

/** Names take the second stage; the other kinds are settled by the first. */
export const piiScanners = (options: PiiOptions): readonly Scanner[] => {
  const patterns = options.kinds.flatMap((kind) => patternsOf(kind, options)).map(patternScanner)
  return NAME_KINDS.some((kind) => options.kinds.includes(kind)) ? [...patterns, nameScanner(new Set(options.kinds))] : patterns
}

import { describe, expect, test } from 'vitest'
import { PiiOptions } from '../model.ts'
import { PII_KINDS } from '../pii/kinds.ts'
import { patternsOf, piiScanners } from './pii.ts'

type Kind = (typeof PII_KINDS)[number]

/** What is found, with the words around it that make it so; and a near miss: the same with one digit changed, or without its context. */
const CASES: ReadonlyArray<readonly [Kind, found: string, within: string, miss: string]> = [
  ['email', 'jane.doe+x@mail.example.co.uk', 'to jane.doe+x@mail.example.co.uk.', 'jane.doe at example'],
  ['phone', '+44 20 7946 0958', 'ring +44 20 7946 0958', 'ring +44 20 7946'],
  ['phone', '(212) 555-0123', 'office (212) 555-0123 now', 'order 2125550123'],
  ['url', 'https://example.com/a?b=c', 'see https://example.com/a?b=c.', 'see example'],
  ['ip', '192.168.10.1', 'from 192.168.10.1', 'version 192.168.10.999'],
  ['ip', '2001:db8::ff00:42:8329', 'at 2001:db8::ff00:42:8329 now', 'at 10:30:45 now'],
  ['mac', '00:1A:2B:3C:4D:5E', 'nic 00:1A:2B:3C:4D:5E', 'nic 00:1A:2B:3C:4D'],
  ['card', '4111 1111 1111 1111', 'card 4111 1111 1111 1111 12/27', 'card 4111 1111 1111 1112'],
  ['card', '378282246310005', '378282246310005', '378282246310006'],
  ['card-cvv', '737', 'CVV: 737', 'room 737'],
  ['card-expiry', '12/27', 'expires 12/27', 'ratio 12/27'],
  ['pin', '4821', 'my PIN is 4821', 'in 4821 days'],
  ['iban', 'GB82 WEST 1234 5698 7654 32', 'to GB82 WEST 1234 5698 7654 32 please', 'to GB82 WEST 1234 5698 7654 33 please'],
  ['iban', 'DE89370400440532013000', 'DE89370400440532013000', 'DE89370400440532013001'],
  ['swift', 'DEUTDEFF500', 'SWIFT: DEUTDEFF500', 'ABSOLUTE'],
  ['crypto-address', '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2', 'pay 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2', 'pay 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3'],
  [
    'crypto-address',
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5',
  ],
  ['username', 'jdoe_77', 'username: jdoe_77', 'the user jdoe_77'],
  ['password', 'hunter2!', 'my password is hunter2!', 'the passwords matter'],
  ['age', '47', 'a 47-year-old man', 'a 47-page book'],
  ['date-of-birth', '1979-03-14', 'born on 1979-03-14 in Rome', 'published 1979-03-14'],
  ['us-ssn', '536-90-4399', '536-90-4399', '666-90-4399'],
  ['us-ssn', '536904399', 'SSN 536904399', 'invoice 536904399'],
  ['us-itin', '912-70-1234', 'ITIN 912-70-1234', 'ITIN 912-20-1234'],
  ['us-routing-number', '021000021', 'routing 021000021', 'routing 021000022'],
  ['us-bank-account', '000123456789', 'account number 000123456789', 'order 000123456789'],
  ['us-passport', '488839667', 'passport 488839667', 'order 488839667'],
  ['us-driver-license', 'D1234567', "driver's license D1234567", 'part D1234567'],
  ['us-npi', '1234567893', 'NPI 1234567893', 'NPI 1234567890'],
  ['us-dea-number', 'AP5836727', 'DEA AP5836727', 'DEA AP5836728'],
  ['us-medicare-beneficiary', '1EG4-TE5-MK72', 'MBI 1EG4-TE5-MK72', 'MBI 1EG4-SE5-MK72'],
  ['ca-sin', '130 692 544', 'SIN 130 692 544', 'SIN 130 692 545'],
  ['ca-health-number', '9876543217', 'health card 9876543217', 'health card 9876543218'],
  ['br-cpf', '529.982.247-25', 'CPF 529.982.247-25', 'CPF 529.982.247-26'],
  ['br-cnpj', '11.222.333/0001-81', '11.222.333/0001-81', '11.222.333/0001-82'],
  ['mx-curp', 'HEGG560427MVZRRL04', 'HEGG560427MVZRRL04', 'HEGG560427MVZRRL05'],
  ['cl-rut', '12.345.678-5', 'RUT 12.345.678-5', 'RUT 12.345.678-6'],
  ['ar-cuit', '20-12345678-6', 'CUIT 20-12345678-6', 'CUIT 20-12345678-7'],
  ['uk-nhs-number', '943 476 5919', 'NHS number 943 476 5919', 'NHS number 943 476 5918'],
  ['uk-nino', 'AB 12 34 56 C', 'NI AB 12 34 56 C', 'NI BG 12 34 56 C'],
  ['uk-utr', '1123456789', 'UTR 1123456789', 'UTR 2123456789'],
  ['uk-passport', '925076473', 'passport 925076473', 'order 925076473'],
  ['uk-driving-licence', 'MORGA657054SM9IJ', 'MORGA657054SM9IJ', 'MORGA699054SM9IJ'],
  ['de-tax-id', '86 095 742 719', 'Steuer-ID 86 095 742 719', 'Steuer-ID 86 095 742 718'],
  ['de-id-card', 'T220001293', 'Personalausweis T220001293', 'Personalausweis T220001294'],
  ['es-nif', '12345678Z', '12345678Z', '12345678A'],
  ['es-nif', 'X1234567L', 'NIE X1234567L', 'NIE X1234567M'],
  ['it-fiscal-code', 'RSSMRA85T10A562S', 'RSSMRA85T10A562S', 'RSSMRA85T10A562T'],
  ['it-vat', '12345670785', 'partita IVA 12345670785', 'partita IVA 12345670786'],
  ['pl-pesel', '44051401359', 'PESEL 44051401359', 'PESEL 44051401358'],
  ['fi-hetu', '131052-308T', '131052-308T', '131052-308U'],
  ['se-personnummer', '811228-9874', '811228-9874', '811228-9875'],
  ['no-fodselsnummer', '01019910004', '01019910004', '01019910005'],
  ['dk-cpr', '211062-5629', 'CPR 211062-5629', 'order 211062-5629'],
  ['nl-bsn', '111222333', 'BSN 111222333', 'BSN 111222334'],
  ['be-national-number', '85.07.30-033.28', '85.07.30-033.28', '85.07.30-033.29'],
  ['fr-nir', '255081416802538', '255081416802538', '255081416802539'],
  ['ch-ahv', '756.9217.0769.85', '756.9217.0769.85', '756.9217.0769.86'],
  ['in-aadhaar', '2341 2341 2346', 'Aadhaar 2341 2341 2346', 'Aadhaar 2341 2341 2347'],
  ['in-pan', 'ABCPE1234F', 'ABCPE1234F', 'ABCDE1234F'],
  ['in-gstin', '27AAPFU0939F1ZV', '27AAPFU0939F1ZV', '27AAPFU0939F1ZW'],
  ['in-voter-id', 'ABC1234567', 'voter id ABC1234567', 'part ABC1234567'],
  ['au-tfn', '123 456 782', 'TFN 123 456 782', 'TFN 123 456 783'],
  ['au-abn', '51 824 753 556', 'ABN 51 824 753 556', 'ABN 51 824 753 557'],
  ['au-acn', '004 085 616', 'ACN 004 085 616', 'ACN 004 085 617'],
  ['au-medicare', '2123 45670 1', 'Medicare 2123 45670 1', 'Medicare 2123 45671 1'],
  ['sg-nric', 'S1234567D', 'S1234567D', 'S1234567E'],
  ['kr-rrn', '900101-1234567', '900101-1234567', '901301-1234567'],
  ['th-national-id', '1-1017-00230-70-8', 'Thai ID 1-1017-00230-70-8', 'Thai ID 1-1017-00230-70-9'],
  ['tr-identity-number', '10000000146', 'TC kimlik 10000000146', 'TC kimlik 10000000147'],
  ['za-id', '8001015009087', 'ID number 8001015009087', 'ID number 8001015009088'],
  ['cn-id', '11010519491231002X', '11010519491231002X', '110105194912310021'],
  ['tw-id', 'A123456789', 'Taiwan id A123456789', 'Taiwan id A123456788'],
  ['hk-id', 'A123456(3)', 'HKID A123456(3)', 'HKID A123456(4)'],
  ['jp-my-number', '1234 5678 9018', 'My Number 1234 5678 9018', 'My Number 1234 5678 9019'],
  ['il-id', '123456782', 'Israeli ID 123456782', 'Israeli ID 123456783'],
  ['vin', '1M8GDM9AXKP042788', '1M8GDM9AXKP042788', '1M8GDM9A1KP042788'],
  ['imei', '490154203237518', 'IMEI 490154203237518', 'IMEI 490154203237519'],
  ['license-plate', 'AB12 CDE', 'license plate: AB12 CDE', 'code: AB12 CDE'],
]

const found = (kind: Kind, text: string): string[] =>
  piiScanners(PiiOptions.parse({ kinds: [kind] })).flatMap((scanner) =>
    scanner.mayMatch(text) ? scanner.scan(text, 0, true).matches.map(({ start, end }) => text.slice(start, end)) : [],
  )

describe('personal data', () => {
  test('of every kind in the list has something that finds it, and a case here', () => {
    for (const kind of PII_KINDS) expect(patternsOf(kind, { regions: ['US'] }).length, kind).toBeGreaterThan(0)
    expect(new Set(CASES.map(([kind]) => kind))).toEqual(new Set(PII_KINDS))
  })

  test.each(CASES)('%s: finds %j in %j and nothing in %j', (kind, expected, within, miss) => {
    expect(found(kind, within)).toEqual([expected])
    expect(found(kind, miss)).toEqual([])
  })
})

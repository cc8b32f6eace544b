import type { Pattern } from '../detectors/pattern.ts'
import { contextWords, hasContext } from './context.ts'
import { MONTHS } from './dates.ts'

/** Accents are folded before any of this is read. A word of a name: capital first, or a figure ("5th"). */
const WORD = "[A-Z0-9][\\w'-]{0,24}\\.?"
const SMALL = "(?:de|la|le|les|du|des|del|della|delle|dei|di|da|do|dos|das|van|von|der|den|het|the|of|el|al|l'|d'|y|e|i|zu|am|im)"
const UNIT = '(?:,? {0,2}(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Room|Rm|Bldg|apt|suite|unit|#)\\.? {0,1}#?\\w{1,6})?'

const SUFFIXES =
  '(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Circle|Cir|Place|Pl|Square|Sq|Terrace|Ter|Way|Parkway|Pkwy|Highway|Hwy|Crescent|Cres|Close|Gardens|Grove|Trail|Trl|Alley|Plaza|Mews|Row|Walk|Hill|Quay|Loop|Pike|Turnpike|Expressway|Parade|Esplanade|Rise|Green|Wharf|Ridge|Bypass)'
const BEFORE_NAME =
  '(?:Rue|rue|Avenue|avenue|Av|Boulevard|boulevard|Bd|Chemin|chemin|Allee|allee|Quai|Impasse|Route|Via|via|Viale|viale|Piazza|piazza|Corso|Vicolo|Strada|Largo|Calle|calle|C/|Avenida|avenida|Avda|Av|Plaza|plaza|Paseo|Carrera|Rua|rua|Travessa|Praca|Quinta|Ulica|ulica|Plac|Strada|Bulevardul|Kalea|Jalan|Laan|Place|place|Rambla|(?:ul|Ul|al|os|pl|Jl|R|Av|Bd|Str)\\.?(?= ))\\.?'
/** Germanic, Nordic, Finnish, Dutch and Hungarian streets carry their kind at the end of the name, the number behind: glued on, or a word of its own. */
const GLUED =
  '(?:strasse|straße|str\\.|gasse|weg|allee|platz|damm|ufer|vagen|gatan|vegen|gata|gade|vej|vejen|stien|parken|veien|bakken|katu|kuja|polku|straat|laan|plein|gracht|kade|dijk|singel|steeg|stigur|vegur|braut|stræti)'
const APART = `(?:${GLUED}|[Ss]tr\\.?|[Rr]ing|[Mm]arkt|vag|alle|gate|vei|veg|tie|utca|u\\.|ut|utja|ter|korut)`
const NUMBER = '\\d{1,5}(?:[-/]\\d{1,4})?[A-Za-z]?'

const CITY = "[A-Z][\\w'-]{1,24}(?:[ -](?:[A-Z(][\\w')-]{1,24}|SMALL)){0,4}".replace('SMALL', SMALL)
const POSTAL =
  '(?:[A-Z]{1,2}\\d[A-Z\\d]? ?\\d[A-Z]{2}|[A-Z]\\d[A-Z] ?\\d[A-Z]\\d|(?:[A-Z]{1,3}[- ])?\\d{3,6}(?:[- ]\\d{2,4})?(?![ -]?\\d)(?: [A-Z]{2}(?!\\w))?)'
const BREAK = '(?:,? {1,4}|,?\\n {0,8}|,)'

/** A town with its postal code, in either order; or, behind a comma, a town and a state alone. */
const TOWN = `(?:${BREAK}(?:${CITY}${BREAK}(?:,? ?[A-Za-z]{2,3}${BREAK})?${POSTAL}|${POSTAL} ${CITY})|, ${CITY}(?:, [A-Z]{2,3})?)?(?!\\w)`

const STREETS = [
  `${NUMBER},? (?:${WORD} |${SMALL} ){0,5}${WORD} ${SUFFIXES}(?!\\w)\\.?${UNIT}`,
  `(?:${NUMBER},? )?${BEFORE_NAME} ?(?:${SMALL} ?){0,3}[A-Z][\\w'-]{0,24}\\.? ?(?:${SMALL} ?|${WORD} ?){0,6},? ?(?:n[or.°]{0,2} ?)?${NUMBER}(?!\\w)${UNIT}`,
  `${NUMBER},? (?:Rue|rue|Avenue|avenue|Boulevard|boulevard|Chemin|chemin|Place|place|Quai|Allee|allee|Route|Impasse|Square) (?:${SMALL} ?|${WORD} ?){1,6}`,
  `(?:${NUMBER} )?(?:${WORD} ){0,3}[A-Z][a-z-]{2,30}${GLUED} ${NUMBER}(?!\\w)\\.?${UNIT}`,
  `(?:${NUMBER} )?(?:${WORD} ){1,3}${APART} ${NUMBER}(?!\\w)\\.?${UNIT}`,
  '(?:P\\.? ?O\\.? ?Box|Post Office Box|Postfach|BP|Casilla|Apartado|Postboks|Box|PSC) #?\\d{1,7}(?:,? Box \\d{1,6})?',
  '(?:Apt|Apartment|Suite|Ste|Flat)\\.? #?\\d{1,5}[A-Za-z]?(?!\\w)',
  '(?:Unit|USNS|USS|USCGC|USNV) [\\w ]{1,30}(?:Box \\d{1,6})?(?=\\n? ?(?:A|F|D)PO )',
]

/** Anything with a figure in a line that is said to be an address: up to where the sentence goes on. */
const SAID =
  '(?<=(?:[Aa]ddress(?: is| to| as|:)?|lives? (?:at|on|in)|living at|resid(?:es?|ing) at|located at|office is at|offices are at|ship(?:ped)? (?:it )?to|deliver(?:ed)? to|sent? to|moved to|meet (?:you |me )?at|drops you off at):? {0,8}\\n{0,2})[A-Z0-9][^\\n?!;:<>"]{6,120}(?:\\n {0,4}[A-Z0-9,][^\\n?!;:<>"]{1,60}){0,3}'

const ANYWHERE = `(?:${CITY} ${NUMBER}${BREAK}(?:${CITY}${BREAK}${POSTAL}|${POSTAL} ${CITY}))(?!\\w)`

const CONTINUES =
  /^(?:de|la|le|les|du|des|del|della|delle|dei|di|da|do|dos|das|van|von|der|den|het|of|el|al|y|e|i|zu|am|im|street|road|avenue|apt\.?|suite|unit|st\.?)$/i

/** How much of what follows "address:" is one: its words up to the first ordinary small word behind a figure. Null without a figure. */
const saidLength = (candidate: string): number | null => {
  const words = /[^\s,]+/g
  let length = 0
  let hasFigure = false
  for (let word = words.exec(candidate); word; word = words.exec(candidate)) {
    const isPart = /^[A-Z0-9(#]/.test(word[0]) || CONTINUES.test(word[0])
    if (!isPart) break
    hasFigure ||= /\d/.test(word[0])
    length = word.index + word[0].length
    if (hasFigure && /[a-z]{3}\.$/.test(word[0])) break
  }
  const taken = candidate.slice(0, length).replace(/[.\s,]+$/, '')
  return hasFigure && /[A-Za-z]{3}/.test(taken) && /^(?!\d{1,2}:)/.test(taken) ? taken.length : null
}

/** "During 1971, Mayo", "It's 26 Feb 1994", "Chapter 46" have the shape of a street and a town. */
const SPEAKS_OF_TIME = new RegExp(
  `^(?:During|In|Since|It|The|On|From|Until|By|Dated?|Chapter|Section|Article|Page|Figure|Table|Room|RMB|USD|Title|Version)(?!\\w)|^\\S+ \\d{1,2},? (?:${MONTHS})(?!\\w)|(?:^| )(?:${MONTHS}) \\d{1,2}(?!\\w)`,
  'i',
)

const SAID_CONTEXT = contextWords(
  'address',
  'lives? (?:at|on|in)',
  'living at',
  'resid(?:es?|ing) at',
  'located at',
  'office is at',
  'offices are at',
)
const AS_STREET = new RegExp(`^(?:${STREETS.join('|')})`)
const AS_TOWN = new RegExp(`^${ANYWHERE}`)

export const address: Pattern = {
  kind: 'address',
  regex: new RegExp(`(?<![\\w@.-])(?:(?:${STREETS.join('|')})${TOWN}|${ANYWHERE}|${SAID})`),
  mayMatch: (text) => /\d/.test(text),
  check: (candidate, text, start) => {
    if (SPEAKS_OF_TIME.test(candidate)) return null
    if (AS_STREET.test(candidate)) return { confidence: 0.85, length: candidate.replace(/[\s,]+$/, '').length }
    if (AS_TOWN.test(candidate)) return { confidence: 0.7 }
    const length = saidLength(candidate)
    return length !== null && hasContext(SAID_CONTEXT, text, start) ? { confidence: 0.65, length } : null
  },
}

const STATES = '(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]|PR|GU|A[AEP])'
const POSTAL_SAID =
  '(?<=(?<!\\w)(?:ZIP|[Zz]ip|(?:ZIP|[Zz]ip)[ -]?[Cc]ode|[Pp]ost ?[Cc]ode|[Pp]ostal [Cc]ode|Postleitzahl|PLZ|[Cc]ode postal|[Cc]odigo postal|CAP|CEP)(?: is| number|:|=|#){0,2} {0,2})'

/** Shapes that nothing else has (United Kingdom, Canada), and five figures behind a state of the USA. */
export const postalCode: Pattern = {
  kind: 'postal-code',
  regex: new RegExp(
    `(?<![\\w@.-])(?:(?:[A-PR-UWYZ]\\d{1,2}|[A-PR-UWYZ][A-HK-Y]\\d{1,2}|[A-PR-UWYZ]\\d[A-HJKPSTUW]|[A-PR-UWYZ][A-HK-Y]\\d[ABEHMNPRVWXY]) \\d[ABD-HJLNP-UW-Z]{2}|[ABCEGHJ-NPRSTVXY]\\d[ABCEGHJ-NPRSTV-Z] \\d[ABCEGHJ-NPRSTV-Z]\\d|(?<=(?<!\\w)${STATES},? )\\d{5}(?:-\\d{4})?)(?![\\w-])`,
  ),
  mayMatch: (text) => /\d/.test(text),
  check: () => ({ confidence: 0.8 }),
}

export const postalCodeSaid: Pattern = {
  kind: 'postal-code',
  regex: new RegExp(`${POSTAL_SAID}(?:\\d{3,6}(?:[ -]\\d{2,4})?(?: [A-Z]{2}(?![a-z]))?|(?<! [A-Za-z]\\d)[A-Z0-9]{4,7})(?![\\w-])`),
  mayMatch: (text) => /\d/.test(text),
  check: (candidate) => (/\d/.test(candidate) ? { confidence: 0.8 } : null),
}

import type { Pattern } from '../detectors/pattern.ts'

/** What only the words before it make personal: the value is the match, the words are not. */
const said = (kind: string, regex: RegExp, mayMatch: RegExp, confidence: number): Pattern => ({
  kind,
  regex,
  mayMatch: (text) => mayMatch.test(text),
  check: () => ({ confidence }),
})

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}'
const DATE = `(?:\\d{4}[-./]\\d{1,2}[-./]\\d{1,2}|\\d{1,2}[-./ ]\\d{1,2}[-./ ]\\d{2,4}|\\d{1,2}(?:st|nd|rd|th)? ${MONTH},? \\d{4}|${MONTH} \\d{1,2}(?:st|nd|rd|th)?,? \\d{4})`
const BORN = '(?:date of birth|birth ?date|birthday|d\\.?o\\.?b\\.?|born)(?: is| was| on|:|=){0,2} {0,2}'

export const person: readonly Pattern[] = [
  said(
    'password',
    /(?<=(?:password|passwd|passphrase|passwort|contraseña|mot de passe)(?: is| ist|:|=|: is){1,2} {0,2}["']?)[^\s"']{4,128}/i,
    /passw|passphrase|contrase|mot de passe/i,
    0.8,
  ),
  said(
    'username',
    /(?<=(?:user ?name|user ?id|login(?: name)?|benutzername)(?: is|:|=){1,2} {0,2}["']?)[A-Za-z0-9][\w.@+-]{1,63}/i,
    /user ?name|user ?id|login|benutzername/i,
    0.7,
  ),
  said('date-of-birth', new RegExp(`(?<=${BORN})${DATE}(?!\\w)`, 'i'), /birth|dob|d\.o\.b|born/i, 0.9),
  said(
    'age',
    /(?<=(?<!\w)(?:aged?|age is|age:|i am|i'm|she is|he is|turned) {0,2})\d{1,3}(?!\w|[.,]\d| ?%)|(?<!\w)\d{1,3}(?= ?-?years?[ -]old| ?y\/o| ?yo(?!\w))/i,
    /\d/,
    0.6,
  ),
]

import type { Pattern } from '../detectors/pattern.ts'
import { DATE } from './dates.ts'

/** What only the words before it make personal: the value is the match, the words are not. */
const said = (kind: string, regex: RegExp, mayMatch: RegExp, confidence: number): Pattern => ({
  kind,
  regex,
  mayMatch: (text) => mayMatch.test(text),
  check: () => ({ confidence }),
})

const BORN =
  "(?:date of birth|birth ?date|birthday|d\\.?o\\.?b\\.?|born|geburtsdatum|geboren(?: am)?|geb\\.|nee? le|date de naissance|fecha de nacimiento|nacid[oa] el|data di nascita)(?: is| was| on|\\.? It'?s| It is|:|=){0,2} {0,2}"

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
  {
    kind: 'age',
    regex:
      /(?<=(?<!\w)(?:aged?|ages|age is|age:|age of|i am|i'm|im|she is|he is|she's|he's|turn(?:s|ed|ing)?|(?:when|since|until|before|though|because) (?:he|she|they|i|we) (?:is|are|was|were)) {0,2})\d{1,3}(?!\w|[.,:]\d| ?[%$])|(?<!\w)\d{1,3}(?= ?-?(?:years?|yrs?)[ -]?olds?(?!\w)| ?-?years? of age| ?y\/o| ?yo(?!\w))/i,
    mayMatch: (text) => /\d/.test(text),
    check: (candidate) => (Number(candidate) >= 1 && Number(candidate) <= 120 ? { confidence: 0.6 } : null),
  },
  {
    kind: 'title',
    regex:
      /(?<![\w.])(?:Mr|Mrs|Ms|Mx|Dr|Prof|Rev|Hon|Sgt|Capt|Lt|Col|Gen|Mme|Mlle|Sra|Srta|Dott|Messrs|Miss|Sir|Dame|Madam|Herr|Frau|Monsieur|Madame|Senor|Senora|Signor|Signora|Professor|Doctor|Judge|Senator|Rabbi|Sheikh|Imam|Father)\.?(?= [A-Z])/,
    mayMatch: (text) => /[A-Z][a-z]/.test(text),
    check: () => ({ confidence: 0.7 }),
  },
]

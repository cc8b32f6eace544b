import type { Pattern } from '../detectors/pattern.ts'

/** Month names of the languages that the context words speak, accents folded; the short forms are English. */
export const MONTHS =
  'jan(?:uary|uar|vier|uari)?|feb(?:ruary|ruar|ruari)?|fevrier|mar(?:ch|s|zo)?|marz|maart|apr(?:il|ile)?|avril|abril|may|mai|mayo|maggio|mei|june?|juni|juin|junio|giugno|july?|juli|juillet|julio|luglio|' +
  'aug(?:ust|ustus)?|aout|agosto|sept?(?:ember|embre|iembre)?|settembre|oct(?:ober|obre)?|okt(?:ober)?|octubre|ottobre|nov(?:ember|embre|iembre)?|dec(?:ember|embre)?|dez(?:ember)?|diciembre|dicembre|enero|gennaio|febrero|febbraio'

const MONTH = `(?:${MONTHS})\\.?`
const TIME = '(?:[T,]{0,1} {0,1}(?:[01]?\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:\\.\\d{1,6})?)?(?:Z| ?[ap]\\.?m\\.?| ?[+-]\\d{2}:?\\d{2})?)?'

/** A date in figures or with the month's name; `\\d` first, so that most of a stream needs no look. */
export const DATE =
  `(?:\\d{4}[-./]\\d{1,2}[-./]\\d{1,2}|\\d{1,2}[-./]\\d{1,2}[-./](?:\\d{4}|\\d{2})|\\d{1,2}(?:st|nd|rd|th|\\.|er)?(?: of| de)?[ -]${MONTH}(?:,| de|-)? ?(?:\\d{4}|'?\\d{2})|` +
  `${MONTH}[ -]\\d{1,2}(?:st|nd|rd|th)?(?:,|-)? ?\\d{4})`

const FIGURES = /^(\d+)[-./](\d+)[-./](\d+)/

/** Of three figures one is a month and another a day. */
const isCalendar = (candidate: string): boolean => {
  const figures = FIGURES.exec(candidate)
  if (!figures) return true
  const [first, second, third] = [Number(figures[1]), Number(figures[2]), Number(figures[3])]
  const [a, b] = figures[1]!.length === 4 ? [second, third] : [first, second]
  return a >= 1 && b >= 1 && Math.min(a, b) <= 12 && Math.max(a, b) <= 31
}

const WEEKDAYS = '(?:mon|tues|wednes|thurs|fri|satur|sun)day'
const YEAR_SAID = '(?:in|since|of|during|until|till|from|by|year|circa|before|after|summer|winter|spring|autumn|fall|a|an|the|and|to|between)'

/** Presidio's DATE_TIME: dates, years where a sentence speaks of one, days of the week, times of day. */
export const date: Pattern = {
  kind: 'date',
  regex: new RegExp(
    `(?<![\\w./:-])(?:${DATE}${TIME}|${MONTH},? \\d{4}|${MONTH} \\d{1,2}(?:st|nd|rd|th)?|\\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:${MONTHS})|${WEEKDAYS}|(?:[01]?\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d)?(?: ?[ap]\\.?m\\.?)?|(?:1[0-2]|\\d) ?[ap]\\.?m\\.?|(?<=(?<!\\w)${YEAR_SAID} )(?:19|20)\\d{2})(?![\\w:/]|[.-]\\d)`,
    'i',
  ),
  mayMatch: (text) => /\d|day/i.test(text),
  check: (candidate) => (isCalendar(candidate) ? { confidence: /\d{3}/.test(candidate) ? 0.85 : 0.6 } : null),
}

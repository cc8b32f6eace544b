import type { CardContent } from '../app/api-types.gen.ts'

/** The prose of a model card in the order in which it is read: path in the content, heading, what belongs there. */
export const sections = [
  ['summary', 'Model details', 'What it is, who made it, which version.'],
  ['intended_use.uses', 'Intended use', 'What it was built for.'],
  ['intended_use.users', 'Intended users', 'Who may rely on it.'],
  ['intended_use.out_of_scope', 'Out-of-scope use', 'What it must not be used for.'],
  ['factors', 'Factors', 'Groups, languages, settings in which it behaves differently.'],
  ['risk.reasons', 'Reasons for the risk rating', 'Who is harmed, how, when it is wrong.'],
  ['training_data', 'Training data', 'What it learned from, as far as is known.'],
  ['evaluation.observations', 'What the evaluation shows', 'The figures stand beside; here is what they mean.'],
  ['ethical_considerations', 'Ethical considerations', ''],
  ['trade_offs', 'Trade-offs', 'What was gained, what was given up, who decided.'],
  ['limits', 'Limits and unknowns', 'Where it fails, and what nobody has tried.'],
  ['contacts', 'Contacts', 'Whom to ask, whom to wake.'],
] as const

export type SectionPath = (typeof sections)[number][0]

const otherNames: Record<string, string> = {
  'risk.rating': 'Risk rating',
  'evaluation.report': 'An evaluation report',
  'evaluation.metrics': 'Quoted figures',
}

export const headingOf = (path: string) => sections.find(([known]) => known === path)?.[1] ?? otherNames[path] ?? path

export const textOf = (content: CardContent, path: SectionPath): string => {
  switch (path) {
    case 'intended_use.uses':
      return content.intended_use.uses
    case 'intended_use.users':
      return content.intended_use.users
    case 'intended_use.out_of_scope':
      return content.intended_use.out_of_scope
    case 'risk.reasons':
      return content.risk.reasons
    case 'evaluation.observations':
      return content.evaluation.observations
    default:
      return content[path]
  }
}

/** The content with the texts of a form; figures and the report are not the form's to change. */
export const withTexts = (content: CardContent, values: Record<string, string>): CardContent => {
  const text = (path: SectionPath) => values[path] ?? textOf(content, path)
  return {
    summary: text('summary'),
    license: values.license ?? content.license,
    intended_use: { uses: text('intended_use.uses'), users: text('intended_use.users'), out_of_scope: text('intended_use.out_of_scope') },
    factors: text('factors'),
    risk: { rating: (values['risk.rating'] as CardContent['risk']['rating']) ?? content.risk.rating, reasons: text('risk.reasons') },
    training_data: text('training_data'),
    evaluation: { ...content.evaluation, observations: text('evaluation.observations') },
    ethical_considerations: text('ethical_considerations'),
    trade_offs: text('trade_offs'),
    limits: text('limits'),
    contacts: text('contacts'),
  }
}

/** A card as plain text, for the differences between versions. */
export const cardText = (content: CardContent) =>
  [
    `Risk rating: ${content.risk.rating}`,
    `License: ${content.license}`,
    `Report: ${content.evaluation.report?.digest ?? 'none'}`,
    `Figures: ${content.evaluation.metrics.map(({ row }) => row).join(', ')}`,
    ...sections.map(([path, heading]) => `\n${heading}\n${textOf(content, path)}`),
  ].join('\n')

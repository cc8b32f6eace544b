/**
 * Makes `data.jsonl`, `predictions.jsonl` and `model.json` from the CSV of the source: `node examples/german-credit/make.ts german_credit.csv`.
 * The model is a logistic regression with a ridge penalty, fitted by Newton's method. It does not see sex, age or origin. Each prediction is
 * made by a model that was fitted without that row (five folds), so that the report is about unseen applicants.
 */
import { readFileSync, writeFileSync } from 'node:fs'

const CODES: Readonly<Record<string, string>> = {
  A11: 'below 0 DM', A12: '0 to 200 DM', A13: '200 DM or more', A14: 'no account',
  A30: 'no credits', A31: 'all paid at this bank', A32: 'paid till now', A33: 'delays', A34: 'critical or other credits',
  A40: 'new car', A41: 'used car', A42: 'furniture', A43: 'radio or television', A44: 'appliances', A45: 'repairs', A46: 'education', A48: 'retraining', A49: 'business', A410: 'other',
  A61: 'below 100 DM', A62: '100 to 500 DM', A63: '500 to 1000 DM', A64: '1000 DM or more', A65: 'unknown or none',
  A71: 'unemployed', A72: 'below 1 year', A73: '1 to 4 years', A74: '4 to 7 years', A75: '7 years or more',
  A101: 'none', A102: 'co-applicant', A103: 'guarantor',
  A121: 'real estate', A122: 'savings or insurance', A123: 'car or other', A124: 'unknown or none',
  A141: 'bank', A142: 'stores', A143: 'none', A151: 'rent', A152: 'own', A153: 'free',
  A171: 'unskilled, non-resident', A172: 'unskilled, resident', A173: 'skilled', A174: 'highly skilled', A191: 'no', A192: 'yes', A201: 'yes', A202: 'no',
}
const CATEGORIES = ['status', 'credit_history', 'purpose', 'savings', 'employment', 'other_debtors', 'property', 'installment_plans', 'housing', 'skill_level', 'telephone']
const NUMBERS = ['month', 'credit_amount', 'investment_as_income_percentage', 'residence_since', 'number_of_credits', 'people_liable_for']
const RIDGE = 1
const FOLDS = 5

const [source] = process.argv.slice(2)
if (source === undefined) throw new Error('which CSV file?')
const [header = '', ...lines] = readFileSync(source, 'utf8').trim().split(/\r?\n/)
const names = header.split(',')
const records = lines.map((line) => Object.fromEntries(line.split(',').map((value, index) => [names[index] ?? '', value])))

const rows = records.map((record, index) => ({
  id: `applicant-${String(index + 1).padStart(4, '0')}`,
  credit: record['credit'] === '1' ? 'good' : 'bad',
  sex: record['personal_status'] === 'A92' || record['personal_status'] === 'A95' ? 'female' : 'male',
  age: Number(record['age']),
  age_group: Number(record['age']) <= 25 ? '25 or younger' : 'older than 25',
  foreign_worker: CODES[record['foreign_worker'] ?? ''] ?? '',
  ...Object.fromEntries(NUMBERS.map((name) => [name, Number(record[name])])),
  ...Object.fromEntries(CATEGORIES.map((name) => [name, CODES[record[name] ?? ''] ?? ''])),
}))

const levels = CATEGORIES.map((name) => [...new Set(records.map((record) => record[name] ?? ''))].sort().slice(1))
const moments = NUMBERS.map((name) => {
  const values = records.map((record) => Number(record[name]))
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) }
})
const features = [
  'intercept',
  ...NUMBERS,
  ...CATEGORIES.flatMap((name, index) => (levels[index] ?? []).map((level) => `${name} = ${CODES[level] ?? level}`)),
]
const vectorOf = (record: Record<string, string>): number[] => [
  1,
  ...NUMBERS.map((name, index) => (Number(record[name]) - (moments[index]?.mean ?? 0)) / (moments[index]?.deviation ?? 1)),
  ...CATEGORIES.flatMap((name, index) => (levels[index] ?? []).map((level) => (record[name] === level ? 1 : 0))),
]
const x = records.map(vectorOf)
const y = records.map((record) => (record['credit'] === '1' ? 1 : 0))
const probability = (weights: readonly number[], vector: readonly number[]): number =>
  1 / (1 + Math.exp(-vector.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), 0)))

/** Gaussian elimination with row pivots. */
const solve = (matrix: number[][], right: number[]): number[] => {
  const n = right.length
  const work = matrix.map((row, index) => [...row, right[index] ?? 0])
  for (let column = 0; column < n; column += 1) {
    let pivot = column
    for (let row = column + 1; row < n; row += 1) if (Math.abs(work[row]![column]!) > Math.abs(work[pivot]![column]!)) pivot = row
    ;[work[column], work[pivot]] = [work[pivot]!, work[column]!]
    for (let row = column + 1; row < n; row += 1) {
      const factor = work[row]![column]! / work[column]![column]!
      for (let at = column; at <= n; at += 1) work[row]![at]! -= factor * work[column]![at]!
    }
  }
  const solution = new Array<number>(n).fill(0)
  for (let row = n - 1; row >= 0; row -= 1) {
    let rest = work[row]![n]!
    for (let column = row + 1; column < n; column += 1) rest -= work[row]![column]! * solution[column]!
    solution[row] = rest / work[row]![row]!
  }
  return solution
}

const fit = (members: readonly number[]): number[] => {
  const width = features.length
  let weights = new Array<number>(width).fill(0)
  for (let step = 0; step < 25; step += 1) {
    const gradient = weights.map((weight, index) => (index === 0 ? 0 : -RIDGE * weight))
    const curvature = weights.map((_, i) => weights.map((__, j) => (i === j && i > 0 ? RIDGE : 0)))
    for (const member of members) {
      const vector = x[member]!
      const p = probability(weights, vector)
      for (let i = 0; i < width; i += 1) {
        gradient[i]! += vector[i]! * (y[member]! - p)
        for (let j = 0; j < width; j += 1) curvature[i]![j]! += vector[i]! * vector[j]! * p * (1 - p)
      }
    }
    const move = solve(curvature, gradient)
    weights = weights.map((weight, index) => weight + move[index]!)
    if (Math.max(...move.map(Math.abs)) < 1e-10) break
  }
  return weights
}

const everyone = records.map((_, index) => index)
const folds = Array.from({ length: FOLDS }, (_, fold) => fit(everyone.filter((index) => index % FOLDS !== fold)))
const predictions = rows.map(({ id }, index) => {
  const score = probability(folds[index % FOLDS]!, x[index]!)
  return { id, prediction: score >= 0.5 ? 'good' : 'bad', score: Number(score.toFixed(6)) }
})

const folder = new URL('.', import.meta.url)
const writeLines = (file: string, values: readonly object[]): void =>
  writeFileSync(new URL(file, folder), values.map((value) => `${JSON.stringify(value)}\n`).join(''))
writeLines('data.jsonl', rows)
writeLines('predictions.jsonl', predictions)
const weights = fit(everyone)
writeFileSync(
  new URL('model.json', folder),
  `${JSON.stringify({ kind: 'logistic-regression', positive: 'good', threshold: 0.5, ridge: RIDGE, scaling: Object.fromEntries(NUMBERS.map((name, index) => [name, moments[index]])), weights: Object.fromEntries(features.map((name, index) => [name, Number(weights[index]!.toFixed(9))])) }, null, 1)}\n`,
)
const right = predictions.filter(({ prediction }, index) => prediction === rows[index]!.credit).length
console.log(`${rows.length} rows, ${features.length} features, ${right} right out of fold (${((100 * right) / rows.length).toFixed(1)} %)`)

import { api, ifMatch } from '../app/api.ts'
import type { Card } from '../app/api-types.gen.ts'
import { act } from '../app/queries.ts'
import { Form, SelectField, TextArea, TextField } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { sections, textOf, withTexts } from './sections.ts'

const ratings = ['unknown', 'low', 'medium', 'high'].map((rating) => ({ value: rating, label: rating }))

/** Saving makes the next version, whose digest no release holds yet. Whoever writes here cannot sign the release off later. */
export const CardEditor = ({ card }: { card: Card }) => (
  <Form
    submit={`Save as version ${card.version + 1}`}
    onSubmit={(values) => act(api.put(`/cards/${card.id}`, withTexts(card.content, values), ifMatch(card.version)), 'The card is saved')}
  >
    <Notice>Whoever writes here is an author of the card, and cannot sign off a release that holds it.</Notice>
    <div className="grid gap-4 md:grid-cols-2">
      <SelectField name="risk.rating" label="Risk rating" options={ratings} defaultValue={card.content.risk.rating} />
      <TextField name="license" label="License" defaultValue={card.content.license} />
      {sections.map(([path, heading, hint]) => (
        <TextArea
          key={path}
          name={path}
          label={card.missing.includes(path) ? `${heading} (missing)` : heading}
          hint={hint}
          rows={4}
          defaultValue={textOf(card.content, path)}
        />
      ))}
    </div>
  </Form>
)

import { People } from '../access/people.tsx'
import { PriceSection, RetentionSection } from '../monitoring/retention.tsx'
import { Connections } from '../registry/connections.tsx'
import { Page } from '../ui/page.tsx'

export const Settings = () => (
  <Page title="Settings" lead="Who is on board, which providers the gateway may call, what a call costs and what is kept of it.">
    <People />
    <Connections />
    <PriceSection />
    <RetentionSection />
  </Page>
)

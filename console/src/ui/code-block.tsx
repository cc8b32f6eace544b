import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { ScrollRegion } from './scroll-region.tsx'

export const CodeBlock = ({ label, text }: { label: string; text: string }) => {
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 1500)
  }
  return (
    <figure className="overflow-hidden rounded-lg border border-rule bg-sunken">
      <figcaption className="flex items-center justify-between border-b border-rule py-1 pr-1 pl-3 text-xs text-ink-soft">
        {label}
        <button type="button" onClick={copy} className="inline-flex h-6 items-center gap-1 rounded-sm px-2 font-medium text-deep hover:bg-hover">
          {isCopied ? <Check aria-hidden className="size-3" /> : <Copy aria-hidden className="size-3" />}
          {isCopied ? 'Copied' : 'Copy'}
        </button>
      </figcaption>
      <ScrollRegion label={label}>
        <pre className="px-3 py-2.5 font-mono text-xs leading-5">{text}</pre>
      </ScrollRegion>
    </figure>
  )
}

export const Json = ({ label, value }: { label: string; value: unknown }) => <CodeBlock label={label} text={JSON.stringify(value, null, 2)} />

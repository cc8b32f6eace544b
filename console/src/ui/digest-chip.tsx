import { Check, Copy } from 'lucide-react'
import { useState } from 'react'

const short = (digest: string) => digest.replace(/^sha256:/, '').slice(0, 12)

/** A digest, shortened for the eye and copied whole. */
export const DigestChip = ({ digest, label = 'digest' }: { digest: string; label?: string }) => {
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(digest)
    setCopied(true)
    setTimeout(() => setCopied(false), 1500)
  }
  return (
    <button
      type="button"
      onClick={copy}
      title={digest}
      className="inline-flex h-5 items-center gap-1 rounded-sm bg-sunken px-1.5 font-mono text-xs text-ink hover:bg-hover"
    >
      {short(digest)}
      <span className="sr-only">, {isCopied ? 'copied' : `copy the whole ${label}`}</span>
      {isCopied ? <Check aria-hidden className="size-3 text-starboard" /> : <Copy aria-hidden className="size-3 text-ink-soft" />}
    </button>
  )
}

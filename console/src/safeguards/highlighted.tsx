type Span = { start: number; end: number; title: string }
type Piece = { text: string; title: string | null; start: number }

/** Cuts a text at its spans (UTF-16 units, as the server counts); where spans overlap, the first one wins. */
export const piecesOf = (text: string, spans: Span[]): Piece[] => {
  const pieces: Piece[] = []
  let at = 0
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (span.start < at) continue
    if (span.start > at) pieces.push({ text: text.slice(at, span.start), title: null, start: at })
    pieces.push({ text: text.slice(span.start, span.end), title: span.title, start: span.start })
    at = span.end
  }
  if (at < text.length) pieces.push({ text: text.slice(at), title: null, start: at })
  return pieces
}

export const Highlighted = ({ text, spans }: { text: string; spans: Span[] }) => (
  <p className="break-words whitespace-pre-wrap">
    {piecesOf(text, spans).map((piece) =>
      piece.title === null ? (
        <span key={piece.start}>{piece.text}</span>
      ) : (
        <mark key={piece.start} title={piece.title} className="rounded-sm bg-buff-tint px-0.5 text-buff underline decoration-2 underline-offset-3">
          {piece.text}
        </mark>
      ),
    )}
  </p>
)

import MarkdownIt from 'markdown-it'

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character)

// Raw HTML stays text. No images: an export fetches nothing, so that opening it tells nobody.
const markdown = new MarkdownIt({ html: false, linkify: false }).disable('image')

export const renderProse = (text: string): string => markdown.render(text)

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.6 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem}
h1{line-height:1.2}h2{border-bottom:1px solid #8886;margin-top:2rem}code{font-size:.85em;overflow-wrap:anywhere}.facts{color:GrayText}
.simulated{border:2px solid;padding:.5rem 1rem;font-weight:600}.missing{font-style:italic}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{border-bottom:1px solid #8884;padding:.3rem .6rem;text-align:left}@media print{body{margin:0;max-width:none}section{break-inside:avoid}}`

/** One self-contained page: no script, no font, no request. The policy holds also when it is opened from a disk. */
export const htmlPage = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main>${body}</main></body></html>
`

import MarkdownIt from 'markdown-it'
import type { Markup } from '#platform/markup'

// Raw HTML stays text. No images: an export fetches nothing, so that opening it tells nobody.
const markdown = new MarkdownIt({ html: false, linkify: false }).disable('image')

/** What people wrote, as markup; safe because the renderer escapes whatever is no Markdown. */
export const renderProse = (text: string): Markup => ({ markup: markdown.render(text) })

export const CARD_STYLE = `:root{color-scheme:light dark}body{font:16px/1.6 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem}
h1{line-height:1.2}h2{border-bottom:1px solid #8886;margin-top:2rem}code{font-size:.85em;overflow-wrap:anywhere}.facts{color:GrayText}
.simulated{border:2px solid;padding:.5rem 1rem;font-weight:600}.missing{font-style:italic}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{border-bottom:1px solid #8884;padding:.3rem .6rem;text-align:left}@media print{body{margin:0;max-width:none}section{break-inside:avoid}}`

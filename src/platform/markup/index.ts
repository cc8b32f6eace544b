/** Markup that is safe by construction: whatever is put into `html` is escaped, unless it is markup itself. */
export interface Markup {
  readonly markup: string
}

type Part = string | number | Markup | readonly Part[]

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const textOf = (part: Part): string => {
  if (typeof part === 'string' || typeof part === 'number') return String(part).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character)
  return 'markup' in part ? part.markup : part.map(textOf).join('')
}

export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Markup => ({
  markup: texts.reduce((whole, text, index) => `${whole}${textOf(parts[index - 1] ?? '')}${text}`),
})

/** One self-contained page. `style` is ours and not escaped. The policy holds also when it is opened from a disk. */
export const document = (title: string, style: string, body: Markup): string =>
  `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">\n${html`<title>${title}</title>`.markup}\n<style>${style}</style>\n</head>\n<body>\n<main>\n${body.markup}\n</main>\n</body>\n</html>\n`

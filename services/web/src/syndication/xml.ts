/** XML that has been written: what was put into it is escaped. */
export interface Xml {
  readonly xml: string
}

type Part = string | Xml | readonly Xml[] | undefined

// What XML 1.0 cannot say, escaped or not; halves of characters are among it.
const unsayable = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

// > as well, for no text may hold ]]>.
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/**
 * Writes XML with text in it: xml`<title>${title}</title>`, in attributes between double quotes as well. Other XML may stand in it,
 * one piece or many, and nothing, which is left out.
 */
export function xml(strings: TemplateStringsArray, ...parts: readonly Part[]): Xml {
  return { xml: strings.map((string, index) => string + written(parts[index])).join('') }
}

/** A whole document. */
export function xmlDocument(root: Xml): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${root.xml}\n`
}

function written(part: Part): string {
  if (part === undefined) return ''
  if (typeof part === 'string') return part.replace(unsayable, '').replace(/[&<>"]/g, (sign) => entities[sign] ?? sign)
  return 'xml' in part ? part.xml : part.map(({ xml: piece }) => piece).join('')
}

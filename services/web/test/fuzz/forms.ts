/** A form as it stands on a page. */
export interface Form {
  method: 'get' | 'post'
  /** Its address, with what a query has. */
  action: string
  hasFiles: boolean
  /** What each of its fields is sent as: what stands in it, or what may be chosen. */
  fields: Map<string, string[]>
}

/** Quotes may hold what would else end a tag. */
const tags = /<(\/?[a-z]+)((?:[^>"]|"[^"]*")*)>/g

const decoded = (text: string) =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')

function attributesOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)].map(([, name = '', value = '']) => [name, decoded(value)]),
  )
}

/**
 * Every form of a page.
 * @param path where the page is
 */
export function formsOf(html: string, path: string): Form[] {
  const forms: Form[] = []
  const byId = new Map<string, Form>()
  // A field may stand outside of its form, and before it.
  const strays: { id: string; name: string; value: string }[] = []
  let inside: Form | undefined
  let select = ''
  for (const [, tag, text = ''] of html.matchAll(tags)) {
    const { id, form: owner, name = '', value = '', ...more } = attributesOf(text)
    if (tag === '/form') inside = undefined
    else if (tag === 'form') {
      inside = {
        method: more.method === 'post' ? 'post' : 'get',
        action: more.action ?? path,
        hasFiles: more.enctype === 'multipart/form-data',
        fields: new Map(),
      }
      if (id) byId.set(id, inside)
      // What a dialog is closed by is not sent.
      if (more.method !== 'dialog') forms.push(inside)
    }
    if (tag === 'select') select = name
    const field = tag === 'option' ? select : ['input', 'textarea', 'button', 'select'].includes(tag ?? '') ? name : ''
    if (!field || more.type === 'file') continue
    const sent = value || (['checkbox', 'radio'].includes(more.type ?? '') ? 'on' : '')
    if (owner) strays.push({ id: owner, name: field, value: sent })
    else if (inside) add(inside, field, sent)
  }
  for (const { id, name, value } of strays) {
    const form = byId.get(id)
    if (form) add(form, name, value)
  }
  return forms
}

function add({ fields }: Form, name: string, value: string): void {
  fields.set(name, [...new Set([...(fields.get(name) ?? []), value])])
}

/** Where the links of a page lead, as far as they stay here. */
export function linksOf(html: string): string[] {
  return [...html.matchAll(tags)].flatMap(([, tag, text = '']) => {
    const { href } = tag === 'a' || tag === 'link' ? attributesOf(text) : {}
    return href?.startsWith('/') && !href.startsWith('//') ? [href.split('#', 1)[0] ?? ''] : []
  })
}

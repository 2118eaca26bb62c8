/** Offers people behind an @ and hashtags behind a #, where the caret is, and writes the one that is chosen. */
import { suggestIn } from './suggesting.ts'
import type { Field } from './suggestion-list.ts'
import { whenThere } from './when-there.ts'

/** The one that is being written, as services/web/src/text/entities.ts reads it. */
const beforeCaret =
  /(?<![\p{L}\p{M}\p{N}_&/#＃])[#＃][\p{L}\p{M}\p{N}_\u200C\u200D]+$|(?<![\p{L}\p{M}\p{N}_./@＠])[@＠][\p{L}\p{M}\p{N}_.]+$/u
const behindCaret = /^[\p{L}\p{M}\p{N}_]*/u
const longestCharacters = 200

whenThere<Field>('[data-suggests="names"]', (field) => {
  field.ariaHasPopup = 'listbox'
  suggestIn(field, { sought: () => written(field), choose: ({ dataset }) => write(field, dataset.written ?? '') })
})

function written({ value, selectionStart, selectionEnd }: Field): string {
  if (selectionStart === null || selectionStart !== selectionEnd) return ''
  const before = value.slice(Math.max(0, selectionStart - longestCharacters), selectionStart)
  return beforeCaret.exec(before)?.[0] ?? ''
}

/** Puts it in the place of what was written of it, with a space behind it. */
function write(field: Field, text: string): void {
  const { value } = field
  const caret = field.selectionStart ?? value.length
  const start = caret - written(field).length
  const [rest = ''] = behindCaret.exec(value.slice(caret)) ?? []
  const end = caret + rest.length
  field.setRangeText(`${text} `, start, value[end] === ' ' ? end + 1 : end, 'end')
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

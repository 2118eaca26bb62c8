/**
 * The list below the field in which somebody types: what is in it, which of that is marked, and where it stands. There is one for the
 * page, of the field that has the focus. The focus stays in the field; what is marked is told by its aria-activedescendant.
 */
export type Field = HTMLInputElement | HTMLTextAreaElement

const gapPixels = 4
const edgePixels = 8
const leastWidthPixels = 280

const list = document.querySelector<HTMLElement>('#suggested')
const told = document.querySelector<HTMLElement>('#suggested-told')
/** Whose list it is, while it is open, and what is done with the option that is chosen. */
let opened: { field: Field; choose: (option: HTMLElement) => void } | undefined

/** Where the browser has no popovers, there is nothing to show a list in. */
export const mayShow = list !== null && 'showPopover' in list
if (list) list.role = 'listbox'

/**
 * Opens the list, or changes what is in it. Without options it closes, which is told as well.
 * @param found has the options, and how many there are, in words, as its data-told
 */
export function show(field: Field, found: HTMLElement, choose: (option: HTMLElement) => void): void {
  if (!list || !told) return
  const options = [...found.children]
  if (!options.length) close()
  // Told only when it is something else than before.
  if (told.textContent !== found.dataset.told) told.textContent = found.dataset.told ?? ''
  if (!options.length) return
  for (const [index, option] of options.entries()) {
    option.id = `${list.id}-${index}`
    option.role = 'option'
    option.ariaSelected = 'false'
  }
  list.replaceChildren(...options)
  opened = { field, choose }
  field.removeAttribute('aria-activedescendant')
  if (field.role === 'combobox') field.ariaExpanded = 'true'
  if (!list.matches(':popover-open')) list.showPopover()
  list.scrollTop = 0
  place()
}

export function close(): void {
  if (told) told.textContent = ''
  if (!opened || !list) return
  const { field } = opened
  opened = undefined
  field.removeAttribute('aria-activedescendant')
  if (field.role === 'combobox') field.ariaExpanded = 'false'
  list.hidePopover()
}

export function isOpenFor(field: Field): boolean {
  return opened?.field === field
}

/** Marks the next option or the one before; behind the last, and before the first, what was typed is meant again. */
export function mark(by: 1 | -1): void {
  if (!opened || !list) return
  const options = [...list.children]
  const places = options.length + 1
  const at = marked()
  const next = ((at ? options.indexOf(at) : options.length) + by + places) % places
  if (at) at.ariaSelected = 'false'
  const option = options[next]
  if (option) option.ariaSelected = 'true'
  option?.scrollIntoView({ block: 'nearest' })
  if (option) opened.field.setAttribute('aria-activedescendant', option.id)
  else opened.field.removeAttribute('aria-activedescendant')
}

export function marked(): HTMLElement | null {
  return list?.querySelector<HTMLElement>('[aria-selected="true"]') ?? null
}

/** Below the field, or above it where there is more room: a keyboard on the glass leaves little below. */
function place(): void {
  if (!opened || !list) return
  const field = opened.field.getBoundingClientRect()
  const top = visualViewport?.offsetTop ?? 0
  const bottom = top + (visualViewport?.height ?? innerHeight)
  const width = Math.min(Math.max(field.width, leastWidthPixels), innerWidth - 2 * edgePixels)
  const start = getComputedStyle(opened.field).direction === 'rtl' ? field.right - width : field.left
  const left = Math.min(Math.max(start, edgePixels), innerWidth - width - edgePixels)
  const below = bottom - field.bottom
  const above = field.top - top
  list.style.width = `${width}px`
  list.style.left = `${left}px`
  list.style.maxHeight = `${Math.max(below, above) - gapPixels - edgePixels}px`
  const isBelow = below >= list.offsetHeight + gapPixels + edgePixels || below >= above
  list.style.top = `${isBelow ? field.bottom + gapPixels : field.top - gapPixels - list.offsetHeight}px`
}

addEventListener('scroll', place, { capture: true, passive: true })
addEventListener('resize', place)
visualViewport?.addEventListener('resize', place)

// The field keeps the focus, and a phone its keyboard.
list?.addEventListener('mousedown', (event) => event.preventDefault())
list?.addEventListener('click', (event) => {
  const option = event.target instanceof Element ? event.target.closest<HTMLElement>('[role="option"]') : null
  if (option) opened?.choose(option)
})

/** Asks for suggestions while somebody types in a field, and lets them choose one by key or by finger. */
import { close, type Field, isOpenFor, mark, marked, mayShow, show } from './suggestion-list.ts'

const pauseMilliseconds = 150

interface Suggesting {
  /** What is sought by what stands in the field; empty if nothing is. */
  sought: () => string
  /** What is done with the option that somebody has chosen. */
  choose: (option: HTMLElement) => void
}

export function suggestIn(field: Field, { sought, choose }: Suggesting): void {
  if (!mayShow) return
  let asked = ''
  let waiting: number | undefined
  let asking: AbortController | undefined

  /** Whoever types on takes back what was asked: an answer that comes late is none. */
  function takeBack(): void {
    clearTimeout(waiting)
    asking?.abort()
  }

  function stop(): void {
    takeBack()
    asked = ''
    close()
  }

  function look(): void {
    const now = sought()
    if (!now) stop()
    if (now === asked) return
    takeBack()
    asked = now
    waiting = window.setTimeout(ask, pauseMilliseconds)
  }

  async function ask(): Promise<void> {
    asking = new AbortController()
    const { signal } = asking
    const headers = { Accept: 'text/html' }
    try {
      const response = await fetch(`/search/suggest?${new URLSearchParams({ q: asked })}`, { headers, signal })
      const page = new DOMParser().parseFromString(await response.text(), 'text/html')
      const found = page.querySelector<HTMLElement>('[data-told]')
      if (signal.aborted || !response.ok || !found) return
      show(field, found, (option) => {
        stop()
        choose(option)
      })
    } catch {
      // Unreached, or taken back: what was typed can still be sent.
    }
  }

  field.setAttribute('aria-autocomplete', 'list')
  field.setAttribute('aria-controls', 'suggested')
  // Keyboards of phones compose every word, so what is composed is looked for as well. The keys are the composer's.
  field.addEventListener('input', look)
  field.addEventListener('blur', stop)
  // What is sent is done with, also where the page stays.
  field.form?.addEventListener('submit', stop)
  // The caret that goes elsewhere stands in another word.
  document.addEventListener('selectionchange', () => isOpenFor(field) && look())
  field.addEventListener('keydown', (event) => {
    if (!(event instanceof KeyboardEvent) || !isOpenFor(field) || isComposing(event)) return
    const option = marked()
    if (event.key === 'ArrowDown') mark(1)
    else if (event.key === 'ArrowUp') mark(-1)
    else if (event.key === 'Escape') stop()
    else if (event.key === 'Enter' && option) option.click()
    else return
    event.preventDefault()
  })
}

/** Safari tells the key that ends a composition afterwards, and only by its old number. */
function isComposing({ isComposing, keyCode }: KeyboardEvent): boolean {
  return isComposing || keyCode === 229
}

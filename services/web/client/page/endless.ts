/**
 * Fetches the next page before anybody reaches the end of this one, and puts what it has below. A link that fails stays a link.
 * On the way back to a page that the browser has not kept, as much is fetched again as there was, and the place is found again.
 */
import { say } from './say.ts'

const aheadPixels = 1_500

const list = document.querySelector<HTMLElement>('[data-endless]')
let isFetching = false
/** The pages that were put below this one. */
const added: string[] = []

const near = new IntersectionObserver(
  (entries) => {
    if (entries.some(({ isIntersecting }) => isIntersecting)) void more()
  },
  { rootMargin: `${aheadPixels}px` },
)

if (list) {
  void comeBack().then(watch)
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('.more a[rel=next]') : null
    if (!link || link !== next() || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    void more()
  })
}

function next(): HTMLAnchorElement | null {
  return document.querySelector<HTMLAnchorElement>('[data-endless] ~ .more a[rel=next]')
}

function watch(): void {
  near.disconnect()
  const link = next()
  if (link) near.observe(link)
}

/** Puts the next page below. @returns whether there was one */
async function more(): Promise<boolean> {
  const link = next()
  const place = link?.parentElement
  if (!list || !link || !place || isFetching) return false
  isFetching = true
  try {
    const response = await fetch(link.href, { headers: { Accept: 'text/html' } })
    if (!response.ok) return false
    const page = new DOMParser().parseFromString(await response.text(), 'text/html')
    const items = [...(page.querySelector('[data-endless]')?.children ?? [])]
    const isHeld = document.activeElement === link
    const [first] = items
    list.append(...items)
    added.push(link.href)
    if (isHeld) focusOn(first)
    if (isHeld) say(place.dataset.arrived ?? '')
    const onward = page.querySelector('[data-endless] ~ .more')
    if (onward) place.replaceWith(onward)
    else place.remove()
    return true
  } catch {
    // Unreached: the link is there to be followed.
    return false
  } finally {
    isFetching = false
    watch()
  }
}

/** Whoever has followed the link goes on from where it was. */
function focusOn(item: Element | undefined): void {
  const target = item?.matches('[tabindex]') ? item : item?.querySelector<HTMLElement>('a')
  if (target instanceof HTMLElement) target.focus({ preventScroll: true })
}

async function comeBack(): Promise<void> {
  const { pages, at } = (history.state ?? {}) as { pages?: number; at?: number }
  for (let page = 0; page < (pages ?? 0); page += 1) if (!(await more())) return
  if (pages && at !== undefined) scrollTo({ top: at, behavior: 'instant' })
}

addEventListener('pagehide', () => {
  if (added.length) history.replaceState({ ...history.state, pages: added.length, at: scrollY }, '')
})

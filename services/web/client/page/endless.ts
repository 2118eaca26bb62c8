/**
 * Fetches the next page before anybody reaches the end of this one, and puts what it has below. A link that fails stays a link.
 * On the way back to a page that the browser has not kept, as much is fetched again as there was, and the place is found again.
 */
import { say } from './say.ts'

const aheadPixels = 1_500
const framesToSettle = 10

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

/**
 * Where somebody is: at which item, and how far below the top of the window that begins. Not how far they have scrolled, which is another
 * place when a photo has another height, or something new stands above.
 */
interface Place {
  /** How many pages were put below the first. */
  pages: number
  item: string
  top: number
}

async function comeBack(): Promise<void> {
  const { place, ...state } = (history.state ?? {}) as { place?: Place }
  if (!place) return
  // Found once: a page that is loaded anew begins where the browser says, and at the top for whoever has gone there.
  history.replaceState(state, '')
  history.scrollRestoration = 'auto'
  for (let page = 0; page < place.pages; page += 1) if (!(await more())) break
  // What was only estimated until it came near has its height a frame later, and brings others near.
  for (let frame = 0; frame < framesToSettle; frame += 1) {
    goTo(place)
    await new Promise(requestAnimationFrame)
  }
}

function goTo({ item, top }: Place): void {
  const element = [...(list?.children ?? [])].find((one) => nameOf(one) === item)
  if (element) scrollBy({ top: element.getBoundingClientRect().top - top, behavior: 'instant' })
}

function nameOf(item: Element): string {
  return item.id || (item.querySelector('a')?.getAttribute('href') ?? '')
}

addEventListener('pagehide', () => {
  const seen = [...(list?.children ?? [])].find((item) => item.getBoundingClientRect().bottom > 0)
  if (!seen || scrollY === 0) return
  const place: Place = { pages: added.length, item: nameOf(seen), top: seen.getBoundingClientRect().top }
  history.replaceState({ ...history.state, place }, '')
  // Of this entry alone: it is found again here.
  history.scrollRestoration = 'manual'
})

/**
 * Lets the items of a list change places: by buttons (`[data-move]`, -1 or 1), by arrow keys on these, and by dragging `[data-grip]`. It is
 * always the neighbour that is moved past the item, which so keeps the focus, and the finger that holds it.
 * @param onMove hears of an item that was moved by one place; `isByHand` where it is dragged
 */
export function makeOrderable(list: HTMLElement, onMove: (item: HTMLElement, isByHand: boolean) => void): void {
  function move(item: HTMLElement, by: number, isByHand = false): void {
    const neighbour = by < 0 ? item.previousElementSibling : item.nextElementSibling
    if (!neighbour) return
    if (by < 0) item.after(neighbour)
    else item.before(neighbour)
    onMove(item, isByHand)
  }

  list.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>('[data-move]') : null
    const item = button && itemOf(button)
    if (item) move(item, Number(button.dataset.move))
  })

  list.addEventListener('keydown', (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-move]') : null
    const item = button && itemOf(button)
    if (!by || !item) return
    event.preventDefault()
    move(item, by)
    item.scrollIntoView({ block: 'nearest' })
  })

  list.addEventListener('pointerdown', (event) => {
    const grip = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-grip]') : null
    const item = grip && itemOf(grip)
    if (!item || event.button !== 0) return
    event.preventDefault()
    grip.setPointerCapture(event.pointerId)
    item.classList.add('is-held')
    const follow = ({ clientY }: PointerEvent) => {
      const [before, after] = [item.previousElementSibling, item.nextElementSibling]
      if (before && clientY < middleOf(before)) move(item, -1, true)
      else if (after && clientY > middleOf(after)) move(item, 1, true)
      const edge = 48
      if (clientY < edge || clientY > innerHeight - edge) scrollBy(0, clientY < edge ? -edge / 4 : edge / 4)
    }
    const end = () => {
      item.classList.remove('is-held')
      grip.removeEventListener('pointermove', follow)
      grip.removeEventListener('lostpointercapture', end)
    }
    grip.addEventListener('pointermove', follow)
    grip.addEventListener('lostpointercapture', end)
  })

  const itemOf = (inside: Element) => inside.closest<HTMLElement>('li')
}

function middleOf(element: Element): number {
  const { top, height } = element.getBoundingClientRect()
  return top + height / 2
}

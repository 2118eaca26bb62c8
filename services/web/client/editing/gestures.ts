import type { Corner } from './cropping.ts'

export type Handle = Corner | 'middle'

/** In pixels of the page. */
interface Way {
  x: number
  y: number
}

interface Gestures {
  /** Something is dragged by so much more. */
  drag(handle: Handle, way: Way): void
  /** The crop becomes larger by a factor, around its middle. */
  resize(by: number): void
  /** Nothing is held any more. */
  end(): void
  enter(): void
}

const keyPixels = 4
const farPixels = 24
const keyScale = 1.06

/** Hears what fingers, mouse, wheel and keys want of a crop: one finger drags, two spread. */
export function listenToHands(stage: HTMLElement, crop: HTMLElement, gestures: Gestures): void {
  const held = new Map<number, Way>()
  let handle: Handle = 'middle'

  stage.addEventListener('pointerdown', (event) => {
    if (crop.hidden || event.button !== 0) return
    // The photo itself is dragged as its crop is.
    handle = handleOf(event.target) ?? 'middle'
    stage.setPointerCapture(event.pointerId)
    held.set(event.pointerId, placeOf(event))
  })
  stage.addEventListener('pointermove', (event) => {
    const before = held.get(event.pointerId)
    if (!before) return
    const now = placeOf(event)
    const apart = spread(held)
    held.set(event.pointerId, now)
    if (held.size === 2) {
      // Fingers that spread look closer: the crop becomes smaller.
      if (apart > 0) gestures.resize(apart / Math.max(1, spread(held)))
      gestures.drag('middle', { x: -(now.x - before.x) / 2, y: -(now.y - before.y) / 2 })
    } else {
      gestures.drag(handle, { x: now.x - before.x, y: now.y - before.y })
    }
  })
  stage.addEventListener('lostpointercapture', ({ pointerId }) => {
    if (held.delete(pointerId) && !held.size) gestures.end()
  })

  stage.addEventListener(
    'wheel',
    (event) => {
      if (crop.hidden) return
      event.preventDefault()
      gestures.resize(Math.exp(event.deltaY / 800))
      gestures.end()
    },
    { passive: false },
  )

  crop.addEventListener('keydown', (event) => {
    const chosen = handleOf(event.target)
    if (!chosen || event.ctrlKey || event.metaKey || event.altKey) return
    const far = event.shiftKey ? farPixels : keyPixels
    const ways: Readonly<Record<string, Way>> = {
      ArrowLeft: { x: -far, y: 0 },
      ArrowRight: { x: far, y: 0 },
      ArrowUp: { x: 0, y: -far },
      ArrowDown: { x: 0, y: far },
    }
    const way = ways[event.key]
    if (way) gestures.drag(chosen, way)
    else if (event.key === '+' || event.key === '=') gestures.resize(keyScale)
    else if (event.key === '-') gestures.resize(1 / keyScale)
    else if (event.key === 'Enter') gestures.enter()
    else return
    event.preventDefault()
    gestures.end()
  })
}

function handleOf(target: EventTarget | null): Handle | undefined {
  const handle = target instanceof Element ? target.closest<HTMLElement>('[data-handle]') : null
  return handle?.dataset.handle as Handle | undefined
}

function placeOf({ clientX, clientY }: PointerEvent): Way {
  return { x: clientX, y: clientY }
}

/** How far apart two fingers are. */
function spread(held: ReadonlyMap<number, Way>): number {
  const [one, other] = [...held.values()]
  return one && other ? Math.hypot(one.x - other.x, one.y - other.y) : 0
}

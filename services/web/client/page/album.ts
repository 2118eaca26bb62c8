/** Dots, buttons and arrow keys for photos that stand side by side. Swiping is the browser's own. */
import { whenThere } from './when-there.ts'

/** Which of its photos each album shows. */
const places = new WeakMap<HTMLElement, number>()

whenThere<HTMLElement>('.album-box', (box) => {
  const album = box.querySelector<HTMLElement>('.album')
  const before = box.querySelector<HTMLButtonElement>('.turn.before')
  const after = box.querySelector<HTMLButtonElement>('.turn.after')
  if (!album || !before || !after) return
  const figures = [...album.querySelectorAll<HTMLElement>('figure')]
  const dots = figures.map(() => document.createElement('li'))
  const row = document.createElement('ol')
  row.className = 'dots'
  row.ariaHidden = 'true'
  row.append(...dots)
  box.after(row)

  before.addEventListener('click', () => turn(album, -1))
  after.addEventListener('click', () => turn(album, 1))
  album.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
    event.preventDefault()
    turnTo(album, event.key)
  })

  const show = (here: number) => {
    places.set(album, here)
    for (const [index, dot] of dots.entries()) dot.classList.toggle('here', index === here)
    before.hidden = here === 0
    after.hidden = here === figures.length - 1
  }
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) if (isIntersecting) show(figures.indexOf(target as HTMLElement))
    },
    { root: album, threshold: 0.6 },
  )
  for (const figure of figures) seen.observe(figure)

  show(0)
})

/** Turns to the photo that stands on the side of an arrow key. */
export function turnTo(album: HTMLElement, key: 'ArrowLeft' | 'ArrowRight'): void {
  const isAlong = (key === 'ArrowRight') === (getComputedStyle(album).direction === 'ltr')
  turn(album, isAlong ? 1 : -1)
}

/** Turns by one photo from the one that is seen, or from the one that it turns to at the moment. */
function turn(album: HTMLElement, by: 1 | -1): void {
  const figures = [...album.querySelectorAll<HTMLElement>('figure')]
  const index = Math.min(Math.max((places.get(album) ?? 0) + by, 0), figures.length - 1)
  places.set(album, index)
  album.scrollTo({ left: figures[index]?.offsetLeft ?? 0 })
}

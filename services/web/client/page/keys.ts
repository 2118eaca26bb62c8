/** Keys for those who have them. They can be turned off, for those whose voice or stick types letters by itself. */
import { turnTo } from './album.ts'

const storedAs = 'keys'

const help = document.querySelector<HTMLDialogElement>('#key-help')
const choice = document.querySelector<HTMLInputElement>('#keys-on')
if (choice) {
  choice.checked = localStorage.getItem(storedAs) !== 'off'
  choice.addEventListener('change', () => localStorage.setItem(storedAs, choice.checked ? 'on' : 'off'))
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return
  if (event.target instanceof Element && event.target.closest('input, textarea, select, [contenteditable], dialog'))
    return
  if (event.key === '?') {
    help?.showModal()
    event.preventDefault()
    return
  }
  if (choice?.checked && act(event.key)) event.preventDefault()
})

/** @returns whether the key means anything here */
function act(key: string): boolean {
  const post = current()
  switch (key) {
    case 'j':
      return go(1)
    case 'k':
      return go(-1)
    case 'l':
      return press(post, 'form[data-toggle="like"]')
    case 's':
      return press(post, 'form[data-toggle="save"]')
    case 'c':
      return write(post)
    case 'ArrowLeft':
    case 'ArrowRight': {
      const album = post?.querySelector<HTMLElement>('.album')
      if (album) turnTo(album, key)
      return album !== undefined && album !== null
    }
    default:
      return false
  }
}

function posts(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('.post')]
}

/** The post that has the focus, else the one in the middle of the screen. */
function current(): HTMLElement | undefined {
  const held = document.activeElement?.closest<HTMLElement>('.post')
  const middle = innerHeight / 2
  return (
    held ??
    posts().find((post) => {
      const { top, bottom } = post.getBoundingClientRect()
      return top <= middle && bottom >= middle
    })
  )
}

function go(by: 1 | -1): boolean {
  const all = posts()
  const here = current()
  // Before the first key nothing is chosen: it chooses what is seen.
  const isChosen = here !== undefined && document.activeElement?.closest('.post') === here
  const target = isChosen ? all[all.indexOf(here) + by] : (here ?? all[0])
  target?.focus({ preventScroll: true })
  target?.scrollIntoView({ block: 'start' })
  return target !== undefined
}

function press(post: HTMLElement | undefined, selector: string): boolean {
  const form = post?.querySelector<HTMLFormElement>(selector)
  form?.requestSubmit()
  return form !== undefined && form !== null
}

function write(post: HTMLElement | undefined): boolean {
  const field =
    post?.querySelector<HTMLElement>('.add-comment [name=text]') ??
    document.querySelector<HTMLElement>('.comments [name=text]')
  field?.focus()
  return field !== null
}

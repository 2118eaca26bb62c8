import { fill } from './words.ts'

export type TileState = 'waiting' | 'sending' | 'lost' | 'failed' | 'there' | 'refused'

let tiles = 0

/** One photo of the composer as it is seen: its picture, how far it has got, what is said of it, and its buttons. */
export function makeTile(template: HTMLTemplateElement) {
  const tile = (template.content.cloneNode(true) as DocumentFragment).querySelector('li') as HTMLLIElement
  tiles += 1
  // Ids of the template are of one photo only.
  for (const name of ['id', 'for', 'aria-describedby'])
    for (const element of tile.querySelectorAll(`[${name}]`))
      element.setAttribute(name, (element.getAttribute(name) ?? '').replaceAll('-new', `-${tiles}`))
  const part = <Kind extends HTMLElement>(selector: string) => tile.querySelector(selector) as Kind
  const legend = part('legend')
  const said = part('[data-said]')
  const progress = part<HTMLProgressElement>('progress')
  const duplicate = part('[data-duplicate]')
  const retry = part<HTMLButtonElement>('[data-retry]')
  const description = part<HTMLTextAreaElement>('textarea')
  // It gets the one that the server knows it by.
  description.removeAttribute('name')
  const describing = description.closest('.field') as HTMLElement
  const canvas = part<HTMLCanvasElement>('canvas')
  const edit = part<HTMLButtonElement>('[data-edit]')
  const undoEdits = part<HTMLButtonElement>('[data-undo-edits]')
  const edits = part<HTMLInputElement>('[data-edits]')
  let picture: Element = canvas
  const show = (shown: Element) => {
    picture.replaceWith(shown)
    picture = shown
  }

  return {
    element: tile,
    canvas,
    description,
    edit,
    undoEdits,
    /** What is sent of its edits. */
    edits,
    /** A sentence about it that is no state. */
    say(sentence: string): void {
      said.className = 'hint'
      said.textContent = sentence
    },
    lacksDescription: () => !describing.hidden && !description.value.trim(),
    retry,
    remove: part<HTMLButtonElement>('[data-remove]'),
    /** @param sentence the server's, where it has one */
    show(state: TileState, sentence?: string, mayRetry = state === 'lost' || state === 'failed'): void {
      said.textContent = sentence ?? template.dataset[state] ?? ''
      const isWrong = state === 'failed' || state === 'refused'
      said.className = isWrong ? 'complaint' : 'hint'
      said.role = isWrong ? 'alert' : null
      // Nobody would see it.
      describing.hidden = state === 'refused'
      progress.classList.toggle('is-idle', state !== 'sending')
      retry.hidden = !mayRetry
      edit.hidden = isWrong
    },
    progressed(part: number): void {
      progress.value = part
    },
    numbered(number: number, of: number): void {
      legend.textContent = fill(template.dataset.number, { number, of })
      // Not `disabled`, which would take the focus away from whoever has moved it to the end.
      for (const button of tile.querySelectorAll<HTMLElement>('[data-move]'))
        button.ariaDisabled = String(button.dataset.move === '-1' ? number === 1 : number === of)
    },
    /** Shows the picture that the server has made, of a file that the browser cannot read. */
    pictured(url: string): void {
      const image = new Image()
      image.src = url
      image.alt = ''
      show(image)
    },
    /** Shows what is drawn on the canvas. */
    drawn(): void {
      show(canvas)
    },
    /** Takes over what a page has of the photo that works without us: its picture, and what is said of it. */
    takeOver(plain: HTMLElement): void {
      const shown = plain.querySelector('picture')
      if (shown) show(shown)
      const focal = plain.querySelector('[name^="focal-"]')?.closest('.field')
      if (focal) describing.after(focal)
      description.value = plain.querySelector('textarea')?.value ?? ''
    },
    duplicateOf(url: string): void {
      duplicate.hidden = false
      duplicate.querySelector('a')?.setAttribute('href', url)
    },
  }
}

export type Tile = ReturnType<typeof makeTile>

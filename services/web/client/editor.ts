/** The window in which a photo is edited. A bundle of its own, which the composer fetches when somebody edits the first photo. */

import { type Edits, isSame, type ShapeName, untouched } from '../src/media/edits/edits.ts'
import { fitted, outcomeSize, type Size, shaped, turnedSize } from '../src/media/edits/framing.ts'
import { fill } from './composer/words.ts'
import { dragged, moved, resized, shapeOf, turned } from './editing/cropping.ts'
import { type Drawing, openDrawing, sizeWithin } from './editing/drawing.ts'
import { openFields } from './editing/fields.ts'
import { drawFrame, drawVeil } from './editing/frame.ts'
import { listenToHands } from './editing/gestures.ts'
import { openPace } from './editing/pace.ts'
import { openPicture, type Picture } from './editing/picture.ts'
import { openStrip } from './editing/strip.ts'
import { openTabs } from './editing/tabs.ts'

/** What is being edited. */
interface Work {
  picture: Picture
  drawing: Drawing
  edits: Edits
  shape: ShapeName
  /** With its new colours, for the time of cropping. */
  recoloured: HTMLCanvasElement[]
}

/** Between the photo and the edge of the stage, so that fingers reach its corners. */
const edgePixels = 24
const mostPixelsPerPixel = 2
const tileSide = 400

/** @param dialog as src/posts/editor-views.tsx makes it */
export function makeEditor(dialog: HTMLDialogElement) {
  const part = <Kind extends HTMLElement>(selector: string) => dialog.querySelector(selector) as Kind
  const stage = part('[data-stage]')
  const canvas = part<HTMLCanvasElement>('[data-picture]')
  const crop = part('[data-crop]')
  const wait = part('[data-wait]')
  const tools = part('[data-tools]')
  const compare = part('[data-compare]')
  const outcome = part('[data-outcome]')
  const done = part<HTMLButtonElement>('[value=done]')

  let work: Work | undefined
  let tab = 'crop'
  let isComparing = false
  /** Of how often it was opened: a photo that comes late is for a window that is closed. */
  let openings = 0

  const pace = openPace(draw)
  const strip = openStrip(dialog)
  const fields = openFields(dialog, {
    onFigure(figure, value) {
      change({ [figure]: value })
      crop.classList.toggle('is-straightened', figure === 'angle')
    },
    onFilter(filter) {
      if (!work) return
      work.edits = { ...work.edits, filter, strength: untouched.strength }
      fields.show(work.edits, work.shape)
      pace.move()
    },
    onShape(shape) {
      if (!work) return
      work.shape = shape
      change(shaped(work.edits, work.picture.size, shape))
      refresh()
    },
    onRest() {
      crop.classList.remove('is-straightened')
      pace.rest()
    },
  })
  const chooseTab = openTabs(part('[role=tablist]'), (name) => {
    tab = name
    refresh()
  })
  listenToHands(stage, crop, {
    drag(handle, way) {
      if (!work) return
      const { edits, shape, picture } = work
      const whole = turnedSize(edits.turns, picture.size)
      const scale = scaleIn(room(), whole, edgePixels)
      const parts = { x: way.x / (whole.width * scale), y: way.y / (whole.height * scale) }
      if (handle === 'middle') change(moved(edits, picture.size, parts))
      else change(dragged(edits, picture.size, handle, parts, shape === 'free'))
    },
    resize: (by) => work && change(resized(work.edits, work.picture.size, by)),
    end: () => pace.rest(),
    enter: () => done.form?.requestSubmit(done),
  })
  new ResizeObserver(() => work && pace.rest()).observe(stage)

  for (const button of dialog.querySelectorAll<HTMLElement>('[data-turn]'))
    button.addEventListener('click', () => {
      if (!work) return
      work.edits = turned(work.edits, work.picture.size, button.dataset.turn === '1' ? 1 : -1, work.shape)
      refresh()
    })
  part('[data-undo]').addEventListener('click', () => {
    if (!work) return
    work.edits = untouched
    work.shape = 'original'
    refresh()
  })
  part('[data-cancel]').addEventListener('click', () => dialog.close())
  compare.addEventListener('click', () => showOriginal(!isComparing))
  stage.addEventListener('pointerdown', ({ pointerId }) => {
    if (tab === 'crop') return
    stage.setPointerCapture(pointerId)
    showOriginal(true)
  })
  stage.addEventListener('lostpointercapture', () => tab !== 'crop' && showOriginal(false))

  function change(edits: Partial<Edits>): void {
    if (!work) return
    work.edits = { ...work.edits, ...edits }
    pace.move()
  }

  function showOriginal(isShown: boolean): void {
    isComparing = isShown
    compare.ariaPressed = String(isShown)
    pace.rest()
  }

  /** All of the window says what the edits say. */
  function refresh(): void {
    if (!work) return
    const isCropping = tab === 'crop'
    if (isCropping) work.recoloured = work.drawing.recoloured(work.edits)
    crop.hidden = !isCropping
    compare.hidden = isCropping
    fields.show(work.edits, work.shape)
    if (tab === 'filters') strip.show(work.drawing, work.edits)
    isComparing = false
    compare.ariaPressed = 'false'
    pace.rest()
  }

  function room(): Size {
    return { width: stage.clientWidth, height: stage.clientHeight }
  }

  function draw(ratio: number): void {
    if (!work) return
    const { picture, drawing, edits } = work
    const within = room()
    const pixels = Math.min(devicePixelRatio, mostPixelsPerPixel) * ratio
    if (tab === 'crop') {
      const whole = turnedSize(edits.turns, picture.size)
      const scale = scaleIn(within, whole, edgePixels)
      show(within)
      drawing.whole(canvas, work.recoloured, edits, times(within, pixels), scale * pixels)
      drawVeil(canvas, drawFrame(crop, fitted(edits, picture.size), whole, within, scale), pixels)
    } else {
      const size = sizeOf(edits, picture)
      const shown = times(size, scaleIn(within, size, 0))
      show(shown)
      drawing.outcome(canvas, isComparing ? { ...untouched, ...frameOf(edits) } : edits, times(shown, pixels))
    }
    if (ratio === 1) outcome.textContent = fill(outcome.dataset.said, { ...sizeOf(edits, picture) })
  }

  function show({ width, height }: Size): void {
    canvas.style.width = `${width}px`
    canvas.style.height = `${height}px`
  }

  return {
    /**
     * Has a photo edited.
     * @param file comes while the window says that it is waited for
     * @param tile is drawn on with what has become of it
     * @returns the edits; undefined if nobody has changed anything
     * @throws if the file does not come, or the browser cannot read it
     */
    async edit(file: Promise<Blob>, edits: Edits, tile: HTMLCanvasElement): Promise<Edits | undefined> {
      const closed = new Promise<void>((resolve) => dialog.addEventListener('close', () => resolve(), { once: true }))
      openings += 1
      const opening = openings
      dialog.returnValue = ''
      wait.hidden = false
      tools.inert = true
      done.disabled = true
      canvas.hidden = true
      crop.hidden = true
      dialog.showModal()
      try {
        const picture = await openPicture(await file)
        if (dialog.open && opening === openings) begin(picture, edits)
      } catch (error) {
        if (opening !== openings || !dialog.open) return undefined
        dialog.close()
        throw error
      }
      await closed
      if (opening !== openings) return undefined
      pace.stop()
      strip.stop()
      const result = dialog.returnValue === 'done' ? work : undefined
      work = undefined
      if (!result || isSame(result.edits, edits)) return undefined
      result.drawing.outcome(tile, result.edits, sizeWithin(sizeOf(result.edits, result.picture), tileSide))
      return result.edits
    },
  }

  function begin(picture: Picture, edits: Edits): void {
    const drawing = openDrawing(picture)
    work = { picture, drawing, edits, shape: shapeOf(edits, picture.size), recoloured: [] }
    wait.hidden = true
    tools.inert = false
    done.disabled = false
    canvas.hidden = false
    chooseTab('crop')
    part('[role=tab]').focus()
  }
}

/**
 * How large a pixel of the photo is in the room that there is; small photos are not enlarged beyond what they can bear.
 * @param edge stays free at each side
 */
function scaleIn({ width, height }: Size, whole: Size, edge: number): number {
  const [across, down] = [Math.max(1, width - 2 * edge), Math.max(1, height - 2 * edge)]
  return Math.min(across / whole.width, down / whole.height, mostEnlarged)
}

const mostEnlarged = 4

/** What is posted, in the photo's own pixels. */
function sizeOf(edits: Edits, { size }: Picture): Size {
  return outcomeSize(fitted(edits, size), size)
}

function times({ width, height }: Size, scale: number): Size {
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

function frameOf({ turns, angle, left, top, width, height }: Edits): Partial<Edits> {
  return { turns, angle, left, top, width, height }
}

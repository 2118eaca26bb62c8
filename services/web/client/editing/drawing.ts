import { type Edits, untouched } from '../../src/media/edits/edits.ts'
import { fitted, inverted, outcomeSize, type Size, toPicture } from '../../src/media/edits/framing.ts'
import { applyLook } from '../../src/media/edits/look.ts'
import type { Picture } from './picture.ts'

/** As large as a photo is while it is cropped: enough for a screen, and quickly turned. */
const mostCropped = 1600
const leastCropped = 300

/** Draws a photo with its edits, by the same figures and the same code as the server. */
export function openDrawing(picture: Picture) {
  const { pixels: source, colourSpace } = picture
  const settings: CanvasRenderingContext2DSettings = {
    colorSpace: colourSpace,
    alpha: false,
    willReadFrequently: true,
  }
  /** What was framed last, at each size: a slider of colours moves many times over the same. */
  const framed = new Map<string, ImageData>()
  const easel = document.createElement('canvas')

  /** The part of the photo that is shown, in its own colours. */
  function frame(edits: Edits, { width, height }: Size): ImageData | undefined {
    const key = [width, height, edits.turns, edits.angle, edits.left, edits.top, edits.width, edits.height].join()
    const known = framed.get(key)
    if (known) return known
    const context = fill(easel, { width, height })
    if (!context) return undefined
    const { a, b, c, d, e, f } = inverted(toPicture(fitted(edits, picture.size), source, { width, height }))
    context.setTransform(a, b, c, d, e, f)
    context.drawImage(source, 0, 0)
    const data = context.getImageData(0, 0, width, height, { colorSpace: colourSpace })
    if (framed.size > 3) framed.clear()
    framed.set(key, data)
    return data
  }

  function fill(canvas: HTMLCanvasElement, { width, height }: Size): CanvasRenderingContext2D | null {
    // Setting it empties it, even to what it was.
    if (canvas.width !== width) canvas.width = width
    if (canvas.height !== height) canvas.height = height
    const context = canvas.getContext('2d', settings)
    context?.resetTransform()
    if (context) context.imageSmoothingQuality = 'high'
    return context
  }

  /** What is posted, at a size. */
  function outcome(canvas: HTMLCanvasElement, edits: Edits, size: Size): void {
    const own = frame(edits, size)
    if (!own) return
    // The one that was framed stays for the next time.
    const data = new ImageData(own.data.slice(), size.width, size.height, { colorSpace: colourSpace })
    applyLook(data.data, 4, size, edits)
    fill(canvas, size)?.putImageData(data, 0, 0)
  }

  /**
   * The whole photo with its new colours, to be cropped; without what depends on the crop. In several sizes, each half of the one before:
   * to reduce it by more than that with each frame would take long.
   */
  function recoloured(edits: Edits): HTMLCanvasElement[] {
    const canvas = document.createElement('canvas')
    const colours = { ...edits, vignette: 0, sharpen: 0 }
    const { turns, angle, left, top, width, height } = untouched
    outcome(canvas, { ...colours, turns, angle, left, top, width, height }, sizeWithin(source, mostCropped))
    const sizes = [canvas]
    for (let last = canvas; Math.max(last.width, last.height) > leastCropped; ) {
      const half = document.createElement('canvas')
      const size = { width: Math.ceil(last.width / 2), height: Math.ceil(last.height / 2) }
      fill(half, size)?.drawImage(last, 0, 0, size.width, size.height)
      sizes.push(half)
      last = half
    }
    return sizes
  }

  /**
   * The whole photo, turned and straightened, around the middle of a canvas.
   * @param sizes what `recoloured` has made
   * @param scale how large a pixel of the photo is there
   */
  function whole(
    canvas: HTMLCanvasElement,
    sizes: readonly HTMLCanvasElement[],
    edits: Edits,
    size: Size,
    scale: number,
  ): void {
    const context = fill(canvas, size)
    if (!context) return
    context.fillStyle = getComputedStyle(canvas).getPropertyValue('--stage')
    context.fillRect(0, 0, size.width, size.height)
    // It is drawn anew for each part of a degree that it is turned by.
    context.imageSmoothingQuality = 'low'
    context.translate(size.width / 2, size.height / 2)
    context.rotate(((edits.turns * 90 + edits.angle) * Math.PI) / 180)
    const [width, height] = [picture.size.width * scale, picture.size.height * scale]
    const enough = sizes.findLast((one) => one.width >= width * 0.9) ?? sizes[0]
    if (enough) context.drawImage(enough, -width / 2, -height / 2, width, height)
  }

  /** The square in the middle of what is posted, small, with a filter and nothing else. */
  function sample(canvas: HTMLCanvasElement, edits: Edits, side: number): void {
    const shown = fitted(edits, picture.size)
    const { width, height } = outcomeSize(shown, picture.size)
    const [across, down] = [Math.min(1, height / width), Math.min(1, width / height)]
    const { turns, angle, filter } = shown
    const square = {
      ...{ ...untouched, turns, angle, filter },
      left: shown.left + (shown.width * (1 - across)) / 2,
      top: shown.top + (shown.height * (1 - down)) / 2,
      width: shown.width * across,
      height: shown.height * down,
    }
    outcome(canvas, square, { width: side, height: side })
  }

  return { outcome, recoloured, whole, sample }
}

export type Drawing = ReturnType<typeof openDrawing>

/** A size of the same shape whose longer side is no longer than that. */
export function sizeWithin({ width, height }: Size, longest: number): Size {
  const scale = Math.min(1, longest / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

import type { Edits } from '../../src/media/edits/edits.ts'
import type { Size } from '../../src/media/edits/framing.ts'

/** Where a frame stands in its room. */
export interface Place extends Size {
  left: number
  top: number
}

/**
 * Lays the frame of a crop over the photo, which stands in the middle of its room.
 * @param edits fitted
 * @param whole the photo after its quarter turns
 * @param scale how large a pixel of it is
 * @returns where
 */
export function drawFrame(frame: HTMLElement, edits: Edits, whole: Size, room: Size, scale: number): Place {
  const [width, height] = [whole.width * scale, whole.height * scale]
  const place = {
    left: (room.width - width) / 2 + edits.left * width,
    top: (room.height - height) / 2 + edits.top * height,
    width: edits.width * width,
    height: edits.height * height,
  }
  for (const [side, pixels] of Object.entries(place)) frame.style.setProperty(side, `${pixels}px`)
  return place
}

/** Draws a veil over all that is beyond the frame. */
export function drawVeil(canvas: HTMLCanvasElement, { left, top, width, height }: Place, scale: number): void {
  const context = canvas.getContext('2d')
  if (!context) return
  context.resetTransform()
  context.fillStyle = getComputedStyle(canvas).getPropertyValue('--veil')
  context.beginPath()
  context.rect(0, 0, canvas.width, canvas.height)
  context.rect(left * scale, top * scale, width * scale, height * scale)
  context.fill('evenodd')
}

import type { Size } from '../../src/media/edits/framing.ts'
import { colourSpaceOf } from './colours.ts'

/** A photo as the editor has it: upright, without transparency, and no larger than a screen can show. */
export interface Picture {
  /** Of the photo itself, in its pixels. */
  size: Size
  pixels: HTMLCanvasElement
  /** In which the server works on it as well. */
  colourSpace: PredefinedColorSpace
}

/** Beyond twice what a large screen shows nobody sees a difference, and phones have little memory. */
const longestSides = { least: 1600, most: 3200 }

/**
 * Decodes a photo.
 * @throws if the browser cannot read it
 */
export async function openPicture(file: Blob): Promise<Picture> {
  const [whole, colourSpace] = await Promise.all([createImageBitmap(file), colourSpaceOf(file)])
  const size = { width: whole.width, height: whole.height }
  const longest = Math.max(screen.width, screen.height) * devicePixelRatio * 1.5
  const most = Math.min(Math.max(longest, longestSides.least), longestSides.most)
  const pixels = document.createElement('canvas')
  const scale = Math.min(1, most / Math.max(size.width, size.height))
  pixels.width = Math.max(1, Math.round(size.width * scale))
  pixels.height = Math.max(1, Math.round(size.height * scale))
  const reduced =
    scale === 1
      ? whole
      : await createImageBitmap(whole, {
          resizeWidth: pixels.width,
          resizeHeight: pixels.height,
          resizeQuality: 'high',
        })
  const context = pixels.getContext('2d', { colorSpace: colourSpace, alpha: false })
  if (!context) throw new Error('no canvas to draw on')
  // As the server has it behind what is transparent.
  context.fillStyle = '#fff'
  context.fillRect(0, 0, pixels.width, pixels.height)
  context.drawImage(reduced, 0, 0)
  whole.close()
  reduced.close()
  return { size, pixels, colourSpace }
}

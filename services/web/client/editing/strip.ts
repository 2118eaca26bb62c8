import type { Edits } from '../../src/media/edits/edits.ts'
import type { FilterName } from '../../src/media/edits/filters.ts'
import type { Drawing } from './drawing.ts'

const sidePixels = 72

/** The filters, each with what it would make of this photo. */
export function openStrip(dialog: HTMLElement) {
  const filters = [...dialog.querySelectorAll<HTMLInputElement>('[name=filter]')]
  let drawing: number | undefined
  let shown: string | undefined

  return {
    /** Draws them all, some with each frame, so that nobody waits. */
    show(by: Drawing, edits: Edits): void {
      filters.find(({ checked }) => checked)?.parentElement?.scrollIntoView({ block: 'nearest', inline: 'center' })
      const { turns, angle, left: from, top, width, height } = edits
      const frame = [turns, angle, from, top, width, height].join()
      if (frame === shown) return
      shown = frame
      if (drawing !== undefined) cancelAnimationFrame(drawing)
      const side = Math.round(sidePixels * Math.min(devicePixelRatio, 2))
      const left = [...filters]
      const next = () => {
        drawing = undefined
        for (const filter of left.splice(0, 2)) {
          const canvas = filter.parentElement?.querySelector('canvas')
          if (canvas) by.sample(canvas, { ...edits, filter: filter.value as FilterName }, side)
        }
        if (left.length) drawing = requestAnimationFrame(next)
      }
      drawing = requestAnimationFrame(next)
    },
    /** Forgets the photo. */
    stop(): void {
      shown = undefined
      if (drawing !== undefined) cancelAnimationFrame(drawing)
      drawing = undefined
    },
  }
}

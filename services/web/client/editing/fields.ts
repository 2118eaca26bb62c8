import { type Edits, type Figure, type ShapeName, untouched } from '../../src/media/edits/edits.ts'
import type { FilterName } from '../../src/media/edits/filters.ts'

interface FieldsOptions {
  /** A slider says something else, while it moves. */
  onFigure: (figure: Figure, value: number) => void
  onFilter: (filter: FilterName) => void
  onShape: (shape: ShapeName) => void
  /** A slider rests. */
  onRest: () => void
}

const numbers = new Intl.NumberFormat(document.documentElement.lang || 'en', { maximumFractionDigits: 1 })

/** The sliders, filters and shapes of the editor. */
export function openFields(dialog: HTMLElement, { onFigure, onFilter, onShape, onRest }: FieldsOptions) {
  const sliders = [...dialog.querySelectorAll<HTMLInputElement>('[data-figure]')]
  const choices = (name: string) => [...dialog.querySelectorAll<HTMLInputElement>(`[name="${name}"]`)]
  const figureOf = (slider: HTMLInputElement) => slider.dataset.figure as Figure

  function tell(slider: HTMLInputElement): void {
    const output = slider.parentElement?.querySelector('output')
    if (output) output.value = numbers.format(slider.valueAsNumber)
  }

  function setBack(slider: HTMLInputElement): void {
    slider.value = String(untouched[figureOf(slider)])
    tell(slider)
    onFigure(figureOf(slider), slider.valueAsNumber)
    onRest()
  }

  for (const slider of sliders) {
    slider.addEventListener('input', () => {
      tell(slider)
      onFigure(figureOf(slider), slider.valueAsNumber)
    })
    slider.addEventListener('change', onRest)
    slider.parentElement?.addEventListener('dblclick', () => setBack(slider))
    slider.addEventListener('keydown', (event) => {
      if (event.key === 'Delete' || event.key === 'Backspace') setBack(slider)
    })
  }
  for (const choice of choices('filter')) choice.addEventListener('change', () => onFilter(choice.value as FilterName))
  for (const choice of choices('shape')) choice.addEventListener('change', () => onShape(choice.value as ShapeName))

  return {
    /** Shows what edits say. */
    show(edits: Edits, shape: ShapeName): void {
      for (const slider of sliders) {
        slider.value = String(edits[figureOf(slider)])
        tell(slider)
        // There is nothing to be strong.
        if (figureOf(slider) === 'strength') slider.disabled = edits.filter === 'none'
      }
      for (const choice of choices('filter')) choice.checked = choice.value === edits.filter
      for (const choice of choices('shape')) choice.checked = choice.value === shape
    },
  }
}

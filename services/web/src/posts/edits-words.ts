import { phrase } from '../language/say.ts'
import type { Figure, ShapeName } from '../media/edits/edits.ts'
import type { FilterName } from '../media/edits/filters.ts'

/** What the edits of a photo are called, for the page and the editor alike. */

export const filterTitles: Readonly<Record<FilterName, string>> = {
  none: phrase('No filter'),
  dawn: phrase('Dawn'),
  honey: phrase('Honey'),
  ember: phrase('Ember'),
  meadow: phrase('Meadow'),
  parade: phrase('Parade'),
  harbour: phrase('Harbour'),
  tide: phrase('Tide'),
  frost: phrase('Frost'),
  dusk: phrase('Dusk'),
  linen: phrase('Linen'),
  postcard: phrase('Postcard'),
  slate: phrase('Slate'),
  velvet: phrase('Velvet'),
  chalk: phrase('Chalk'),
  silver: phrase('Silver'),
  ink: phrase('Ink'),
  walnut: phrase('Walnut'),
}

export const figureTitles: Readonly<Record<Figure, string>> = {
  turns: phrase('Quarter turns'),
  angle: phrase('Straighten'),
  left: phrase('Left edge'),
  top: phrase('Top edge'),
  width: phrase('Width'),
  height: phrase('Height'),
  strength: phrase('Strength of the filter'),
  brightness: phrase('Brightness'),
  contrast: phrase('Contrast'),
  warmth: phrase('Warmth'),
  saturation: phrase('Saturation'),
  fade: phrase('Fade'),
  vignette: phrase('Vignette'),
  sharpen: phrase('Sharpen'),
}

export const shapeTitles: Readonly<Record<ShapeName, string>> = {
  original: phrase('As it came'),
  '1:1': phrase('Square, 1:1'),
  '4:5': phrase('Upright, 4:5'),
  '1.91:1': phrase('Wide, 1.91:1'),
  free: phrase('Free'),
}

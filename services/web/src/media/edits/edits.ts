import type { FilterName } from './filters.ts'

/**
 * What somebody has done to a photo, as figures. The browser shows it and the server carries it out, both by the files of this folder,
 * so that what is seen is what is posted. None of them needs anything of a browser or of Node.
 */
export interface Edits {
  /** Quarter turns clockwise. */
  turns: number
  /** Degrees clockwise by which it is straightened, around its middle. */
  angle: number
  /**
   * The crop, in parts of the picture's width and height after its quarter turns. The picture is straightened beneath it: the crop's sides
   * stay upright. It may be larger than what the straightened picture fills; what is shown then tells `fitted` in framing.ts.
   */
  left: number
  top: number
  width: number
  height: number
  filter: FilterName
  /** How much of the filter. */
  strength: number
  brightness: number
  contrast: number
  warmth: number
  saturation: number
  fade: number
  vignette: number
  sharpen: number
}

/** All that are numbers. */
export type Figure = Exclude<keyof Edits, 'filter'>

interface Range {
  least: number
  most: number
  /** From one to the next; undefined where any number between the two will do. */
  step: number | undefined
}

/** What each figure may be: for input shapes, fields and sliders alike. */
export const ranges: Readonly<Record<Figure, Range>> = {
  turns: { least: 0, most: 3, step: 1 },
  angle: { least: -25, most: 25, step: 0.1 },
  left: { least: 0, most: 1, step: undefined },
  top: { least: 0, most: 1, step: undefined },
  width: { least: 0, most: 1, step: undefined },
  height: { least: 0, most: 1, step: undefined },
  strength: { least: 0, most: 100, step: 1 },
  brightness: { least: -100, most: 100, step: 1 },
  contrast: { least: -100, most: 100, step: 1 },
  warmth: { least: -100, most: 100, step: 1 },
  saturation: { least: -100, most: 100, step: 1 },
  fade: { least: 0, most: 100, step: 1 },
  vignette: { least: 0, most: 100, step: 1 },
  sharpen: { least: 0, most: 100, step: 1 },
}

export const figures = Object.keys(ranges) as Figure[]

/** Those of a slider each, in the order in which they are offered. */
export const adjustments = [
  'brightness',
  'contrast',
  'warmth',
  'saturation',
  'fade',
  'vignette',
  'sharpen',
] as const satisfies readonly Figure[]

/** A photo as it came. */
export const untouched: Edits = {
  turns: 0,
  angle: 0,
  left: 0,
  top: 0,
  width: 1,
  height: 1,
  filter: 'none',
  strength: 100,
  brightness: 0,
  contrast: 0,
  warmth: 0,
  saturation: 0,
  fade: 0,
  vignette: 0,
  sharpen: 0,
}

/** Whether nothing is left to be done. */
export function isUntouched(edits: Edits): boolean {
  return isFrameUntouched(edits) && isLookUntouched(edits)
}

/** Whether all of the picture is shown, the way up that it came. */
export function isFrameUntouched({ turns, angle, left, top, width, height }: Edits): boolean {
  return turns === 0 && angle === 0 && left === 0 && top === 0 && width === 1 && height === 1
}

/** Whether every colour stays as it is. */
export function isLookUntouched(edits: Edits): boolean {
  return (edits.filter === 'none' || edits.strength === 0) && adjustments.every((adjustment) => edits[adjustment] === 0)
}

/** Whether two say the same; null says nothing. */
export function isSame(one: Edits | null, other: Edits | null): boolean {
  const [some, others] = [one ?? untouched, other ?? untouched]
  return some.filter === others.filter && figures.every((figure) => some[figure] === others[figure])
}

/** What a crop may be asked to look like: width by height; undefined where that is not fixed. */
export const shapes = [
  { name: 'original', ratio: undefined },
  { name: '1:1', ratio: 1 },
  { name: '4:5', ratio: 4 / 5 },
  { name: '1.91:1', ratio: 1.91 },
  { name: 'free', ratio: undefined },
] as const

export type ShapeName = (typeof shapes)[number]['name']

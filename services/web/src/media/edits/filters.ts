/**
 * Filters, as recipes. Levels go from 0 (black) to 255 (white). What a recipe says happens in the order of its lines; what it leaves out
 * stays as it is.
 */
export interface Recipe {
  /** A curve through these levels, [from, to], for all three colours. */
  tone?: Curve
  /** Curves of one colour each, after that. */
  red?: Curve
  green?: Curve
  blue?: Curve
  /** 0 is black-and-white, 1 as it is. */
  saturation?: number
  /** How bright each colour counts for black-and-white, as glasses of a colour before the lens did it: red, green, blue; 1 together. */
  weights?: Triple
  /** Levels that are added to what is dark, and to what is light. */
  shadows?: Triple
  lights?: Triple
  /** How much of black is taken away, and of the corners' light: as the adjustments of the same name, 0 to 100. */
  fade?: number
  vignette?: number
}

export type Triple = readonly [red: number, green: number, blue: number]

/** Points of a curve, ascending; it begins and ends at the outermost. */
export type Curve = readonly (readonly [from: number, to: number])[]

const recipes = {
  dawn: {
    tone: [
      [0, 0],
      [64, 70],
      [128, 146],
      [192, 210],
      [255, 255],
    ],
    red: [
      [0, 4],
      [128, 136],
      [255, 255],
    ],
    saturation: 0.92,
    shadows: [14, 4, 10],
    lights: [4, 0, -10],
    fade: 12,
  },
  honey: {
    tone: [
      [0, 0],
      [60, 56],
      [128, 136],
      [255, 255],
    ],
    blue: [
      [0, 0],
      [128, 112],
      [255, 232],
    ],
    saturation: 1.08,
    shadows: [10, 4, -4],
    lights: [6, 4, -14],
    vignette: 12,
  },
  ember: {
    tone: [
      [0, 0],
      [64, 50],
      [128, 128],
      [192, 204],
      [255, 255],
    ],
    red: [
      [0, 0],
      [128, 142],
      [255, 255],
    ],
    blue: [
      [0, 6],
      [128, 116],
      [255, 240],
    ],
    saturation: 1.14,
    vignette: 22,
  },
  meadow: {
    tone: [
      [0, 0],
      [64, 62],
      [128, 138],
      [255, 255],
    ],
    green: [
      [0, 0],
      [128, 136],
      [255, 255],
    ],
    saturation: 1.12,
    shadows: [-2, 8, 4],
    lights: [4, 4, -8],
  },
  parade: {
    tone: [
      [0, 0],
      [64, 54],
      [128, 132],
      [192, 204],
      [255, 255],
    ],
    saturation: 1.38,
  },
  harbour: {
    tone: [
      [0, 0],
      [64, 58],
      [128, 128],
      [192, 200],
      [255, 255],
    ],
    red: [
      [0, 0],
      [128, 118],
      [255, 248],
    ],
    saturation: 0.9,
    shadows: [-6, 6, 20],
    lights: [0, 2, 4],
  },
  tide: {
    tone: [
      [0, 0],
      [64, 56],
      [128, 130],
      [192, 200],
      [255, 255],
    ],
    saturation: 1.06,
    shadows: [-14, 8, 20],
    lights: [12, 4, -14],
    vignette: 10,
  },
  frost: {
    tone: [
      [0, 0],
      [64, 74],
      [128, 148],
      [192, 214],
      [255, 255],
    ],
    red: [
      [0, 0],
      [128, 120],
      [255, 246],
    ],
    saturation: 0.82,
    shadows: [-4, 4, 14],
    fade: 6,
  },
  dusk: {
    tone: [
      [0, 0],
      [64, 54],
      [128, 124],
      [192, 192],
      [255, 248],
    ],
    saturation: 0.96,
    shadows: [16, -4, 28],
    lights: [14, 2, -12],
    vignette: 24,
  },
  linen: {
    tone: [
      [0, 0],
      [64, 72],
      [128, 140],
      [192, 200],
      [255, 248],
    ],
    saturation: 0.78,
    shadows: [10, 8, 4],
    lights: [2, 0, -8],
    fade: 26,
  },
  postcard: {
    tone: [
      [0, 0],
      [64, 60],
      [128, 132],
      [255, 255],
    ],
    green: [
      [0, 4],
      [128, 130],
      [255, 246],
    ],
    blue: [
      [0, 26],
      [128, 122],
      [255, 214],
    ],
    saturation: 0.84,
    fade: 22,
    vignette: 18,
  },
  slate: {
    tone: [
      [0, 0],
      [64, 54],
      [128, 124],
      [192, 196],
      [255, 255],
    ],
    saturation: 0.46,
    shadows: [-4, 2, 10],
    lights: [0, 2, 4],
  },
  velvet: {
    tone: [
      [0, 0],
      [48, 30],
      [128, 118],
      [192, 202],
      [255, 255],
    ],
    saturation: 1.16,
    shadows: [8, -2, 8],
    vignette: 34,
  },
  chalk: {
    tone: [
      [0, 0],
      [64, 76],
      [128, 146],
      [192, 208],
      [255, 252],
    ],
    saturation: 0,
    weights: [0.34, 0.5, 0.16],
    fade: 22,
  },
  silver: {
    tone: [
      [0, 0],
      [64, 58],
      [128, 130],
      [192, 202],
      [255, 255],
    ],
    saturation: 0,
    weights: [0.3, 0.59, 0.11],
  },
  ink: {
    tone: [
      [0, 0],
      [64, 34],
      [128, 128],
      [192, 222],
      [255, 255],
    ],
    saturation: 0,
    weights: [0.5, 0.4, 0.1],
    vignette: 22,
  },
  walnut: {
    tone: [
      [0, 0],
      [64, 60],
      [128, 134],
      [192, 200],
      [255, 250],
    ],
    saturation: 0,
    weights: [0.36, 0.52, 0.12],
    shadows: [22, 8, -6],
    lights: [8, 0, -26],
    fade: 10,
    vignette: 16,
  },
} as const satisfies Readonly<Record<string, Recipe>>

export type FilterName = 'none' | keyof typeof recipes

/** In the order in which they are offered: warm ones, vivid, cool, quiet, black-and-white. */
export const filterNames = ['none', ...(Object.keys(recipes) as (keyof typeof recipes)[])] as readonly FilterName[]

/** What a filter does; undefined for none. */
export function recipeOf(name: FilterName): Recipe | undefined {
  return name === 'none' ? undefined : recipes[name]
}

/**
 * The levels that a curve makes of all 256: smooth, through its points, and nowhere higher or lower than the two that it is between
 * (Fritsch and Carlson's monotone cubic, 1980).
 */
export function levelsOf(curve: Curve): Float32Array {
  const slopes = curve.slice(1).map(([x, y], at) => (y - point(curve, at)[1]) / (x - point(curve, at)[0]))
  const tangents = curve.map((_, at) => {
    const [before, after] = [slopes[at - 1], slopes[at]]
    if (before === undefined || after === undefined) return before ?? after ?? 0
    return before * after <= 0 ? 0 : (2 * before * after) / (before + after)
  })
  const levels = new Float32Array(256)
  let piece = 0
  for (let level = 0; level < 256; level += 1) {
    while (piece < curve.length - 2 && level > point(curve, piece + 1)[0]) piece += 1
    const [[x0, y0], [x1, y1]] = [point(curve, piece), point(curve, piece + 1)]
    const length = x1 - x0
    const t = Math.min(Math.max((level - x0) / length, 0), 1)
    const [from, to] = [(tangents[piece] ?? 0) * length, (tangents[piece + 1] ?? 0) * length]
    levels[level] =
      y0 * (1 + 2 * t) * (1 - t) ** 2 + from * t * (1 - t) ** 2 + y1 * t * t * (3 - 2 * t) + to * t * t * (t - 1)
  }
  return levels
}

function point(curve: Curve, at: number): readonly [number, number] {
  return curve[at] ?? [255, 255]
}

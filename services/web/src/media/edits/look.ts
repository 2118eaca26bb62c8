import { type Edits, isLookUntouched } from './edits.ts'
import { type Curve, levelsOf, type Recipe, recipeOf, type Triple } from './filters.ts'
import type { Size } from './framing.ts'
import { sharpen } from './sharpening.ts'

/** What edits do to colours: the filter, and then the adjustments. */

/**
 * Carries it out on pixels, in place. The figures are relative to the picture's size: a small preview and a large rendition look alike.
 * @param pixels red, green and blue of each, coded as sRGB and Display P3 do; and what stands behind, which stays as it is
 * @param channels how many numbers a pixel has
 */
export function applyLook(pixels: Uint8Array | Uint8ClampedArray, channels: 3 | 4, size: Size, edits: Edits): void {
  if (isLookUntouched(edits)) return
  const strength = edits.strength / 100
  const recipe = recipeOf(edits.filter) ?? {}
  const before = [recipe.red, recipe.green, recipe.blue].map((own) => firstLevels(recipe.tone, own, strength))
  const after = ([0, 1, 2] as const).map((colour) => lastLevel(recipe, strength, edits, colour))
  const mix = mixOf(recipe, strength, edits)
  if (mix) recolourMixed(pixels, channels, before, mix, after)
  else recolour(pixels, channels, before, after)
  const corners = 1 - (1 - edits.vignette / 100) * (1 - (strength * (recipe.vignette ?? 0)) / 100)
  if (corners) darkenCorners(pixels, channels, size, corners)
  if (edits.sharpen) sharpen(pixels, channels, size, edits.sharpen / 100)
}

/** The filter's curves: what becomes of each level of one colour, before colours are mixed. */
function firstLevels(tone: Curve | undefined, own: Curve | undefined, strength: number): Float32Array {
  const [all, one] = [tone && levelsOf(tone), own && levelsOf(own)]
  return Float32Array.from({ length: 256 }, (_, level) => {
    const toned = all?.[level] ?? level
    return level + strength * ((one ? between(one, toned) : toned) - level)
  })
}

/** A level that may lie between two. */
function between(levels: Float32Array, at: number): number {
  const low = Math.min(Math.max(Math.floor(at), 0), 254)
  const [from, to] = [levels[low] ?? 0, levels[low + 1] ?? 255]
  return from + (to - from) * (at - low)
}

/** Rec. 709's: how bright red, green and blue are to an eye. */
const luminance: Triple = [0.2126, 0.7152, 0.0722]

/** How saturation mixes the colours, three rows of three: the filter's, and then the adjustment's; undefined if it leaves them alone. */
function mixOf(recipe: Recipe, strength: number, edits: Edits): Float64Array | undefined {
  const filters = 1 + strength * ((recipe.saturation ?? 1) - 1)
  const own = 1 + edits.saturation / 100
  if (filters === 1 && own === 1) return undefined
  const [first, last] = [saturating(filters, recipe.weights ?? luminance), saturating(own, luminance)]
  return Float64Array.from({ length: 9 }, (_, at) => {
    const [row, column] = [at - (at % 3), at % 3]
    return [0, 1, 2].reduce((sum, step) => sum + (last[row + step] ?? 0) * (first[3 * step + column] ?? 0), 0)
  })
}

function saturating(amount: number, weights: Triple): number[] {
  return [0, 1, 2].flatMap((row) =>
    weights.map((weight, column) => (1 - amount) * weight + (row === column ? amount : 0)),
  )
}

/** What becomes of a level of one colour, 0 to 1, after colours are mixed: the filter's tint and fading, and the adjustments. */
function lastLevel(recipe: Recipe, strength: number, edits: Edits, colour: 0 | 1 | 2): (level: number) => number {
  const shadows = (strength * (recipe.shadows?.[colour] ?? 0)) / 255
  const lights = (strength * (recipe.lights?.[colour] ?? 0)) / 255
  const filtersFade = (strength * (recipe.fade ?? 0)) / 100
  const [brightness, contrast, fade] = [edits.brightness / 100, edits.contrast / 100, edits.fade / 100]
  const warmth = [edits.warmth / 100, 0, -edits.warmth / 100][colour] ?? 0
  return (level) => {
    const tinted = within(level + shadows * (1 - level) ** 2 + lights * level ** 2)
    const brightened = bent(faded(tinted, filtersFade), 0.9 * brightness)
    return faded(warmed(contrasted(brightened, contrast), warmth), fade)
  }
}

/** Lifts or lowers what is in the middle; black stays black, and white white. */
function bent(level: number, amount: number): number {
  return level + amount * level * (1 - level)
}

/** Steeper in the middle and level at the ends, so that nothing is cut off; or flatter everywhere. */
function contrasted(level: number, amount: number): number {
  const away = 2 * level - 1
  if (amount <= 0) return 0.5 + (away / 2) * (1 + 0.6 * amount)
  return 0.5 + (Math.sign(away) / 2) * (1 - (1 - Math.abs(away)) ** (1 + 1.2 * amount))
}

/** One colour's part of warmth: what grows is bent, since it has nowhere to go at its end; what shrinks does so everywhere, white included. */
function warmed(level: number, amount: number): number {
  return amount > 0 ? bent(level, 0.3 * amount) : level * (1 + 0.2 * amount)
}

function faded(level: number, amount: number): number {
  return level + 0.22 * amount * (1 - level)
}

function within(level: number): number {
  return Math.min(Math.max(level, 0), 1)
}

type Levels = readonly Float32Array[]
type Last = readonly ((level: number) => number)[]

/** Where no colour looks at another, all that happens to it is one table. */
function recolour(pixels: Uint8Array | Uint8ClampedArray, channels: number, before: Levels, after: Last): void {
  const [red, green, blue] = after.map((last, colour) =>
    Uint8ClampedArray.from({ length: 256 }, (_, level) => 255 * last((before[colour]?.[level] ?? level) / 255)),
  ) as [Uint8ClampedArray, Uint8ClampedArray, Uint8ClampedArray]
  for (let at = 0; at < pixels.length; at += channels) {
    pixels[at] = red[pixels[at] as number] as number
    pixels[at + 1] = green[pixels[at + 1] as number] as number
    pixels[at + 2] = blue[pixels[at + 2] as number] as number
  }
}

/** How many steps the second table has in a level, so that two roundings do not make one band of two levels. */
const fineness = 4

function recolourMixed(
  pixels: Uint8Array | Uint8ClampedArray,
  channels: number,
  before: Levels,
  mix: Float64Array,
  after: Last,
): void {
  const [red, green, blue] = before.map((levels) => levels.map((level) => level * fineness)) as Three<Float32Array>
  const top = 255 * fineness
  const [toRed, toGreen, toBlue] = after.map((last) =>
    Uint8ClampedArray.from({ length: top + 1 }, (_, step) => 255 * last(step / top)),
  ) as Three<Uint8ClampedArray>
  const [rr, rg, rb, gr, gg, gb, br, bg, bb] = [...mix] as Nine
  for (let at = 0; at < pixels.length; at += channels) {
    const r = red[pixels[at] as number] as number
    const g = green[pixels[at + 1] as number] as number
    const b = blue[pixels[at + 2] as number] as number
    const r2 = rr * r + rg * g + rb * b
    const g2 = gr * r + gg * g + gb * b
    const b2 = br * r + bg * g + bb * b
    pixels[at] = toRed[r2 <= 0 ? 0 : r2 >= top ? top : (r2 + 0.5) | 0] as number
    pixels[at + 1] = toGreen[g2 <= 0 ? 0 : g2 >= top ? top : (g2 + 0.5) | 0] as number
    pixels[at + 2] = toBlue[b2 <= 0 ? 0 : b2 >= top ? top : (b2 + 0.5) | 0] as number
  }
}

type Three<Table> = [Table, Table, Table]
type Nine = [number, number, number, number, number, number, number, number, number]

/** How finely the way from the middle to a corner is told apart. */
const ways = 4096

/** Takes away light towards the corners, which are at 1 of the way whatever the picture's shape; as much as half of it and a bit. */
function darkenCorners(
  pixels: Uint8Array | Uint8ClampedArray,
  channels: number,
  { width, height }: Size,
  amount: number,
): void {
  const rest = Float32Array.from({ length: ways + 1 }, (_, way) => {
    const far = within((way / ways - 0.12) / 0.88)
    return 1 - 0.62 * amount * far * far * (3 - 2 * far)
  })
  // Half of the way each, squared.
  const squared = (at: number, length: number) => (ways / 2) * ((2 * at + 1) / length - 1) ** 2
  const across = Float32Array.from({ length: width }, (_, x) => squared(x, width))
  let at = 0
  for (let y = 0; y < height; y += 1) {
    const down = squared(y, height)
    for (let x = 0; x < width; x += 1, at += channels) {
      const light = rest[((across[x] as number) + down) | 0] as number
      if (light === 1) continue
      pixels[at] = ((pixels[at] as number) * light + 0.5) | 0
      pixels[at + 1] = ((pixels[at + 1] as number) * light + 0.5) | 0
      pixels[at + 2] = ((pixels[at + 2] as number) * light + 0.5) | 0
    }
  }
}

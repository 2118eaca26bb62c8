/** What a photo is turned into: its sizes, its formats, and where they are found. */

/** Pixels across; never wider than the original. */
const standardWidths = [320, 640, 1080, 2048]

/** What a feed on a phone needs; these are made first. */
const feedWidth = 1080

/** Pixels across and down of the squares that grids are made of: for one-fold and two- to three-fold screens. */
const standardSquares = [320, 640]

// A scroll of a screenshot or a panorama: WebP ends at 16,383 pixels.
const mostHeight = 8192

/** Pixels across of the squares that stand for a person. Smaller pictures are enlarged: every set has all of them. */
export const avatarSizes = [96, 192, 384]

export type Extension = 'avif' | 'webp' | 'jpg'

/** In the order in which a browser should prefer them, the one for everybody last. AVIF takes long, and comes later. */
export const formats: readonly { extension: Extension; type: string }[] = [
  { extension: 'avif', type: 'image/avif' },
  { extension: 'webp', type: 'image/webp' },
  { extension: 'jpg', type: 'image/jpeg' },
]

/** The formats that a photo has from the beginning. */
export const promptFormats = formats.filter(({ extension }) => extension !== 'avif')

/** What renditions are made with. A change of the figures changes `recipe`, and `gramstack media rerender` knows what to do. */
export const quality = {
  jpg: { quality: 82, progressive: true },
  webp: { quality: 80, effort: 3 },
  // A quality of 55 looks as WebP's 80 does, at two thirds of the bytes.
  avif: { quality: 55 },
} as const

/** Stands for how renditions are made; counted up where the figures above do not tell a change, as of what edits do. */
export const recipe = `2 ${JSON.stringify({ standardWidths, standardSquares, quality })}`

/** The same for the pictures of people. */
export const avatarRecipe = `1 ${JSON.stringify({ avatarSizes, quality: { jpg: quality.jpg, webp: quality.webp } })}`

/**
 * The widths to make of a photo.
 * @param width of the photo as it is shown, in pixels
 * @param height likewise
 * @returns ascending, at least one; the last is the largest that there will be
 */
export function renditionWidths(width: number, height: number): number[] {
  const widest = Math.max(
    1,
    Math.round(width * Math.min(1, (standardWidths.at(-1) ?? width) / width, mostHeight / height)),
  )
  return [...standardWidths.filter((standard) => standard < widest), widest]
}

/** Those of some widths that are made first: at least one. */
export function feedWidths(widths: readonly number[]): number[] {
  return widths.filter((width, index) => index === 0 || width <= feedWidth)
}

/**
 * The sizes of the squares to make of a photo.
 * @param shortest its shorter side, in pixels
 */
export function squareSizes(shortest: number): number[] {
  const largest = Math.max(1, Math.min(shortest, standardSquares.at(-1) ?? shortest))
  return [...standardSquares.filter((standard) => standard < largest), largest]
}

/** The file of one rendition: whole pictures go by their width, squares have an s before it. */
export function fileName(shape: 'whole' | 'square', size: number, extension: Extension): string {
  return `${shape === 'square' ? 's' : ''}${size}.${extension}`
}

/**
 * The part of a photo that its square shows: with the focal point as near to its middle as can be.
 * @param zoom how much nearer than the largest square that fits
 */
export function squareAround(
  { width, height }: { width: number; height: number },
  focal: { x: number; y: number },
  zoom = 1,
): { left: number; top: number; width: number; height: number } {
  const side = Math.max(1, Math.round(Math.min(width, height) / zoom))
  const from = (length: number, at: number) => Math.round(Math.min(Math.max(at * length - side / 2, 0), length - side))
  return { left: from(width, focal.x), top: from(height, focal.y), width: side, height: side }
}

/** The URL of one rendition. */
export function renditionUrl(key: string, file: string): string {
  return `/media/${key.slice(0, 2)}/${key}/${file}`
}

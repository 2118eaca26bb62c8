/** What a photo is turned into: its sizes, its formats, and where they are found. */

/** Pixels across; never wider than the original. */
const standardWidths = [320, 640, 1080, 2048]

// A scroll of a screenshot or a panorama: WebP ends at 16,383 pixels.
const mostHeight = 8192

/** In the order in which a browser should prefer them, the one for everybody last. */
export const formats = [
  { extension: 'webp', type: 'image/webp' },
  { extension: 'jpg', type: 'image/jpeg' },
] as const

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

/** The URL of one rendition. */
export function renditionUrl(key: string, width: number, extension: string): string {
  return `/media/${key.slice(0, 2)}/${key}/${width}.${extension}`
}

import readExif from 'exif-reader'

/** What a photographer may want to tell: the camera and its settings. Nothing about who, where, or which one of a series. */
export interface Camera {
  make?: string
  model?: string
  lens?: string
  focalLengthMm?: number
  fNumber?: number
  exposureSeconds?: number
  iso?: number
  /** By the camera's clock, which knows no time zone: 2026-05-03T18:04:05. */
  takenAt?: string
}

/**
 * Reads the camera's facts from EXIF. These bytes come from outside: read them only where photos are decoded.
 * @param exif as sharp gives it
 * @returns undefined if there is nothing to tell
 */
export function readCamera(exif: Buffer | undefined): Camera | undefined {
  // In a JPEG it cannot be longer; what is, is not for us.
  if (!exif || exif.length > 65_536) return undefined
  let tags: ReturnType<typeof readExif>
  try {
    tags = readExif(exif)
  } catch {
    // Broken EXIF is no reason to refuse a photo.
    return undefined
  }
  // Null where they are cut off.
  const image = tags.Image ?? {}
  const photo = tags.Photo ?? {}
  const camera = {
    make: text(image.Make),
    model: text(image.Model),
    lens: text(photo.LensModel),
    focalLengthMm: figure(photo.FocalLength, 0.1, 10_000),
    fNumber: figure(photo.FNumber, 0.1, 500),
    exposureSeconds: figure(photo.ExposureTime, 1e-6, 100_000),
    iso: figure(Array.isArray(photo.ISOSpeedRatings) ? photo.ISOSpeedRatings[0] : photo.ISOSpeedRatings, 1, 10_000_000),
    takenAt: time(photo.DateTimeOriginal, exif),
  }
  const known = Object.fromEntries(Object.entries(camera).filter(([, value]) => value !== undefined))
  return Object.keys(known).length ? known : undefined
}

function text(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  // Control characters, and those that turn the direction of what follows.
  const clean = value
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\ufffd]/gu, '')
    .trim()
    .slice(0, 100)
    .trim()
  return clean || undefined
}

function figure(value: unknown, least: number, most: number): number | undefined {
  return typeof value === 'number' && value >= least && value <= most ? value : undefined
}

function time(value: unknown, exif: Buffer): string | undefined {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) return undefined
  const date = value.toISOString().slice(0, 19)
  // A clock that was never set says 0000:00:00, of which the reader makes a day in 1899: only what stands there as it is counts.
  if (!exif.includes(date.replaceAll('-', ':').replace('T', ' '))) return undefined
  const year = value.getUTCFullYear()
  return year >= 1826 && year <= 2200 ? date : undefined
}

import type { Camera } from './camera.ts'
import type { Edits } from './edits/edits.ts'

/** What the worker and its decoding processes say to each other. */

/** A point in a picture, from 0 (left, top) to 1. */
export interface Point {
  x: number
  y: number
}

interface OrderOn {
  /** The photo as it came. */
  input: string
  maxPixels: number
}

interface OrderOnPhoto extends OrderOn {
  /** What its author has done to it; null where that is nothing. */
  edits: Edits | null
  focal: Point
}

/** Make renditions: first what a feed needs, into one empty folder, and then what large screens need, if that is more, into another, which is made for it. */
export interface DevelopOrder extends OrderOnPhoto {
  task: 'develop'
  feedFolder: string
  restFolder: string
  /** Whether the first part has been done before. */
  isFeedDone: boolean
}

/** Make the renditions that take long. */
export interface AvifOrder extends OrderOnPhoto {
  task: 'avif'
  folder: string
  /** libaom's: 0 is fastest, 9 smallest. */
  effort: number
}

/** Which part of a picture a square shows: what stands in its middle, and how much nearer than the largest square that fits. */
export interface Crop extends Point {
  zoom: number
}

/** Make the squares that stand for a person, into an empty folder. */
export interface AvatarOrder extends OrderOn {
  task: 'avatar'
  crop: Crop
  folder: string
}

export type Order = DevelopOrder | AvifOrder | AvatarOrder

/** What is known of a photo once a feed can show it. */
export interface Developed {
  /** Of the photo as it is shown, orientation and edits applied, in pixels. */
  width: number
  height: number
  /** Of the photo as it came, upright. */
  original: { width: number; height: number }
  /** Those that are there now. */
  renditionWidths: number[]
  squareSizes: number[]
  originalFormat: 'jpeg' | 'png' | 'webp' | 'avif' | 'gif' | 'tiff' | 'heic'
  thumbhash: string
  /** As in CSS: #rrggbb. */
  dominantColour: string
  camera: Camera | undefined
}

/**
 * Why a photo can't be shown. Given up: every try failed, and not for what is in the file. Edits: it could be shown, but not with what its
 * author has done to it.
 */
export type Verdict =
  | 'unsupported'
  | 'raw'
  | 'twelve-bit'
  | 'damaged'
  | 'too-many-pixels'
  | 'too-heavy'
  | 'given-up'
  | 'edits'

/** The end of an order that was carried out. */
export type Answer = { done: { renditionWidths: number[] } } | { verdict: Verdict; because: string }

/** The end of one that could not be: the machine's fault, not the photo's. */
export interface Trouble {
  trouble: string
}

/** On the way: so many bytes are needed, and `go` is waited for; they are not needed any more; what a feed needs is there. */
export type Progress = { needs: number } | { isDecoded: true } | { feed: Developed }

export const go = 'go'

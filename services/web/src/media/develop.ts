import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sharp } from 'sharp'
import { readCamera } from './camera.ts'
import { flushFiles } from './flush.ts'
import { type Master, type Memory, openMaster } from './master.ts'
import type { AvatarOrder, AvifOrder, Developed, DevelopOrder, Point } from './orders.ts'
import { makePreview } from './preview.ts'
import {
  avatarSizes,
  type Extension,
  feedWidths,
  fileName,
  promptFormats,
  quality,
  renditionWidths,
  squareAround,
  squareSizes,
} from './renditions.ts'

/** Makes the renditions of a photo. Runs in a decoding process. */

/**
 * Makes what a feed needs, and then the rest.
 * @param onFeed is told when the first part is there
 * @returns all widths that there are at the end
 */
export async function develop(
  order: DevelopOrder,
  memory: Memory,
  onFeed: (developed: Developed) => void,
): Promise<number[]> {
  const master = await openMaster(order, memory)
  const widths = renditionWidths(master.shown.width, master.shown.height)
  const first = feedWidths(widths)
  if (!order.isFeedDone) {
    const squares = squareSizes(Math.min(master.width, master.height))
    // At once, on all cores: somebody is waiting.
    await allOf(
      promptFormats.flatMap(({ extension }) => [
        ...first.map((width) => makeWhole(master, width, extension, order.feedFolder)),
        ...squares.map((size) => makeSquare(master, order.focal, size, extension, order.feedFolder)),
      ]),
    )
    flushFiles(order.feedFolder)
    onFeed({
      ...master.shown,
      original: { width: master.original.width, height: master.original.height },
      renditionWidths: first,
      squareSizes: squares,
      originalFormat: master.original.format,
      camera: readCamera(master.original.exif),
      ...(await makePreview(master)),
    })
  }
  const rest = widths.slice(first.length)
  if (rest.length) await mkdir(order.restFolder, { recursive: true, mode: 0o755 })
  for (const width of rest)
    for (const { extension } of promptFormats) await makeWhole(master, width, extension, order.restFolder)
  if (rest.length) flushFiles(order.restFolder)
  return widths
}

/** Makes every rendition as AVIF, one after another. */
export async function developAvif(order: AvifOrder, memory: Memory): Promise<number[]> {
  const { focal, folder, effort } = order
  const master = await openMaster(order, memory)
  const widths = renditionWidths(master.shown.width, master.shown.height)
  for (const width of widths) await makeWhole(master, width, 'avif', folder, effort)
  for (const size of squareSizes(Math.min(master.width, master.height)))
    await makeSquare(master, focal, size, 'avif', folder, effort)
  flushFiles(folder)
  return widths
}

/** Makes the squares that stand for a person. */
export async function developAvatar(order: AvatarOrder, memory: Memory): Promise<number[]> {
  const master = await openMaster({ ...order, edits: null }, memory)
  const area = squareAround(master, order.crop, order.crop.zoom)
  await allOf(
    promptFormats.flatMap(({ extension }) =>
      avatarSizes.map(async (size) => {
        const sized = master.open().extract(area).resize({ width: size, height: size })
        await encodeAs(sized, extension).toFile(join(order.folder, fileName('square', size, extension)))
      }),
    ),
  )
  return avatarSizes
}

/** Waits for all, also when one fails: what is still being written could not be removed. */
async function allOf(works: readonly Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(works)) if (outcome.status === 'rejected') throw outcome.reason
}

async function makeWhole(master: Master, width: number, extension: Extension, folder: string, effort?: number) {
  const sized = master.open().resize({ width })
  await encodeAs(sized, extension, effort).toFile(join(folder, fileName('whole', width, extension)))
}

async function makeSquare(
  master: Master,
  focal: Point,
  size: number,
  extension: Extension,
  folder: string,
  effort?: number,
) {
  const sized = master.open().extract(squareAround(master, focal)).resize({ width: size, height: size })
  await encodeAs(sized, extension, effort).toFile(join(folder, fileName('square', size, extension)))
}

function encodeAs(picture: Sharp, extension: Extension, effort = 4): Sharp {
  if (extension === 'avif') return picture.avif({ ...quality.avif, effort })
  return extension === 'webp' ? picture.webp(quality.webp) : picture.jpeg(quality.jpg)
}

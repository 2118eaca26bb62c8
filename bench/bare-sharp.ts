/**
 * The limit: the same renditions made by sharp in a loop, and nothing else. No queue, no database, no process to protect anyone.
 * Started by photos.ts, once for each core: node bench/bare-sharp.ts <folder for the files> <photo> <how many>
 */
import { join } from 'node:path'
import sharp from 'sharp'
import { quality, renditionWidths, squareSizes } from '../services/web/src/media/renditions.ts'

const [, , folder = '', photo = '', count = '0'] = process.argv
sharp.cache(false)
sharp.concurrency(1)

for (let turn = 0; turn < Number(count); turn += 1) {
  const { autoOrient } = await sharp(photo).metadata()
  const widths = renditionWidths(autoOrient.width, autoOrient.height)
  const { data, info } = await sharp(photo, { sequentialRead: true })
    .autoOrient()
    .resize({ width: widths.at(-1) ?? 1 })
    .raw()
    .toBuffer({ resolveWithObject: true })
  const raw = { raw: { width: info.width, height: info.height, channels: info.channels } }
  const side = Math.min(info.width, info.height)
  const pictures = [
    ...widths.map((width) => [String(width), sharp(data, raw).resize({ width })] as const),
    ...squareSizes(side).map(
      (size) => [`s${size}`, sharp(data, raw).resize({ width: size, height: size, fit: 'cover' })] as const,
    ),
  ]
  for (const [name, picture] of pictures) {
    await picture
      .clone()
      .webp(quality.webp)
      .toFile(join(folder, `${turn}-${name}.webp`))
    await picture
      .clone()
      .jpeg(quality.jpg)
      .toFile(join(folder, `${turn}-${name}.jpg`))
  }
}

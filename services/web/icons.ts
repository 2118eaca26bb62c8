/**
 * Draws the icons of the web app from public/favicon.svg: `node services/web/icons.ts`, after a change of that. What it makes is kept in
 * the repository, for development serves public as it is.
 */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'

const folder = fileURLToPath(new URL('public/', import.meta.url))
const drawing = await readFile(`${folder}favicon.svg`)
const paper = '#fafafa'

await draw('icon-192.png', 192, 1)
await draw('icon-512.png', 512, 1)
// A launcher may cut away all but a circle of four fifths.
await draw('icon-maskable-512.png', 512, 0.56, paper)
// iOS rounds the corners itself, and makes black of what is transparent.
await draw('apple-touch-icon.png', 180, 0.74, paper)

/** @param share of the icon's width that the drawing takes */
async function draw(name: string, size: number, share: number, background?: string): Promise<void> {
  const inner = Math.round(size * share)
  const picture = await sharp(drawing, { density: (72 * inner) / 32 })
    .resize(inner, inner)
    .png()
    .toBuffer()
  await sharp({ create: { width: size, height: size, channels: 4, background: background ?? '#0000' } })
    .composite([{ input: picture }])
    .png({ compressionLevel: 9, palette: true })
    .toFile(`${folder}${name}`)
}

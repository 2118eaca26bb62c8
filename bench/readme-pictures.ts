/** Makes the pictures of the README out of those of `npm run screenshots`: npm run screenshots && npm run readme-pictures */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { type Frame, framesFolder, framesList } from './posting.ts'

const gap = 16
const phone = { width: 390, height: 844 }
const background = '#d9d9de'

await row(
  'phone',
  ['home-phone-light', 'home-middle-phone-dark', 'profile-phone-light', 'notifications-phone-dark'].map(taken),
  phone,
)
await row('desktop', ['home-desktop-light', 'profile-desktop-dark'].map(taken), { width: 800, height: 562 })

const frames: Frame[] = JSON.parse(await readFile(framesList, 'utf8'))
await film('posting', frames)
// For whom nothing is to move.
await row(
  'posting-still',
  frames.filter(({ isStill }) => isStill).map(({ file }) => join(framesFolder, file)),
  phone,
)

function taken(shot: string): string {
  return `screenshots/${shot}.png`
}

interface Size {
  width: number
  height: number
}

/** The tops of some pictures side by side, each of a size. */
async function row(name: string, files: readonly string[], { width, height }: Size): Promise<void> {
  const tops = await Promise.all(
    files.map((file) => sharp(file).resize({ width, height, fit: 'cover', position: 'top' }).toBuffer()),
  )
  await sharp({
    create: { width: tops.length * (width + gap) + gap, height: height + 2 * gap, channels: 3, background },
  })
    .composite(tops.map((input, index) => ({ input, left: gap + index * (width + gap), top: gap })))
    .webp({ quality: 82 })
    .toFile(`docs/images/${name}.webp`)
}

/** Pictures one after another, over and over. */
async function film(name: string, steps: readonly Frame[]): Promise<void> {
  const pictures = await Promise.all(
    steps.map(({ file }) =>
      sharp(join(framesFolder, file))
        .resize({ ...phone, fit: 'cover', position: 'top' })
        .extend({ top: gap, bottom: gap, left: gap, right: gap, background })
        .toBuffer(),
    ),
  )
  await sharp(pictures, { join: { animated: true } })
    .webp({ quality: 80, effort: 6, loop: 0, delay: steps.map(({ milliseconds }) => milliseconds) })
    .toFile(`docs/images/${name}.webp`)
}

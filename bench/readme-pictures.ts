/** Makes the pictures of the README out of those of `npm run screenshots`: npm run screenshots && npm run readme-pictures */
import sharp from 'sharp'

const gap = 16

await row(
  'phone',
  ['home-phone-light', 'home-middle-phone-dark', 'profile-phone-light', 'notifications-phone-dark'],
  390,
  844,
)
await row('desktop', ['home-desktop-light', 'profile-desktop-dark'], 800, 562)

/** The tops of some pictures side by side, each so many pixels wide and high. */
async function row(name: string, shots: readonly string[], width: number, height: number): Promise<void> {
  const tops = await Promise.all(
    shots.map((shot) =>
      sharp(`screenshots/${shot}.png`).resize({ width, height, fit: 'cover', position: 'top' }).toBuffer(),
    ),
  )
  await sharp({
    create: {
      width: tops.length * (width + gap) + gap,
      height: height + 2 * gap,
      channels: 3,
      background: '#d9d9de',
    },
  })
    .composite(tops.map((input, index) => ({ input, left: gap + index * (width + gap), top: gap })))
    .webp({ quality: 82 })
    .toFile(`docs/images/${name}.webp`)
}

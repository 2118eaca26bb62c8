import sharp from 'sharp'
import { type Darkroom, deltaE2000, isDisplayP3, labOf, openDarkroom, type Rgb } from '../../test/odd-pictures.ts'
import { type Edits, untouched } from './edits/edits.ts'
import { filterNames } from './edits/filters.ts'
import { fitted, outcomeSize, toPicture } from './edits/framing.ts'
import { applyLook } from './edits/look.ts'

/** That what is posted is what the figures say, and what the editor shows, which reads them by the same files. */

let room: Darkroom
beforeAll(async () => {
  room = await openDarkroom()
})
afterAll(() => room.close())

interface Pixels {
  data: Buffer
  width: number
  height: number
}

/** A picture of smooth colours, none of which is twice in it: by its colour a place can be told. */
function painted(width: number, height: number): Pixels {
  const data = Buffer.alloc(width * height * 3)
  for (let y = 0, at = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1, at += 3) {
      data[at] = 20 + (215 * x) / width
      data[at + 1] = 20 + (215 * y) / height
      data[at + 2] = 128 + 60 * Math.sin((12 * x) / width) * Math.sin((9 * y) / height)
    }
  return { data, width, height }
}

const fileOf = ({ data, width, height }: Pixels) => sharp(data, { raw: { width, height, channels: 3 } })

async function pixelsOf(file: Buffer | undefined): Promise<Pixels> {
  if (!file) throw new Error('no such rendition')
  const { data, info } = await sharp(file).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

/** What the figures say: each pixel of the outcome looked up in the picture, and then coloured. */
function expected(picture: Pixels, asked: Edits, width: number): Pixels {
  const edits = fitted(asked, picture)
  const shown = outcomeSize(edits, picture)
  const outcome = { width, height: Math.max(1, Math.round((shown.height * width) / shown.width)) }
  const { a, b, c, d, e, f } = toPicture(edits, picture, outcome)
  const data = Buffer.alloc(outcome.width * outcome.height * 3)
  for (let y = 0, at = 0; y < outcome.height; y += 1)
    for (let x = 0; x < outcome.width; x += 1, at += 3) {
      const place = (value: number, most: number) => Math.min(Math.max(Math.floor(value), 0), most - 1)
      const column = place(a * (x + 0.5) + c * (y + 0.5) + e, picture.width)
      const row = place(b * (x + 0.5) + d * (y + 0.5) + f, picture.height)
      picture.data.copy(data, at, (row * picture.width + column) * 3, (row * picture.width + column) * 3 + 3)
    }
  applyLook(data, 3, outcome, edits)
  return { data, ...outcome }
}

/** How far two pictures are from each other, to an eye: in the mean, and for all but one pixel of twenty. */
function differenceOf(one: Pixels, other: Pixels): { mean: number; most: number } {
  expect([one.width, one.height]).toEqual([other.width, other.height])
  const at = (data: Buffer, pixel: number) =>
    labOf([...data.subarray(pixel * 3, pixel * 3 + 3)] as unknown as Rgb, 'srgb')
  const errors: number[] = []
  for (let pixel = 0; pixel < one.width * one.height; pixel += 7)
    errors.push(deltaE2000(at(one.data, pixel), at(other.data, pixel)))
  errors.sort((some, others) => some - others)
  return {
    mean: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    most: errors[Math.floor(errors.length * 0.95)] ?? 0,
  }
}

async function develop(file: Buffer, edits: Partial<Edits>) {
  const prints = await room.develop(file, { edits: { ...untouched, ...edits } })
  expect(prints.answer).toHaveProperty('done')
  return prints
}

const picture = painted(900, 600)

describe('an edited photo', () => {
  it.each<[string, Partial<Edits>]>([
    ['turned', { turns: 1 }],
    ['upside down', { turns: 2 }],
    ['turned to the left', { turns: 3 }],
    ['cut', { left: 0.1, top: 0.25, width: 0.6, height: 0.5 }],
    ['turned and cut', { turns: 3, left: 0.1, top: 0.25, width: 0.6, height: 0.5 }],
    ['straightened', { angle: 7.5 }],
    [
      'straightened the other way, turned and cut',
      { angle: -18.3, turns: 1, left: 0, top: 0, width: 0.5, height: 0.9 },
    ],
    ['cut at an edge, askew', { angle: 3, left: 0, top: 0, width: 1, height: 1 }],
    ['with a filter', { filter: 'tide' }],
    ['with half of one', { filter: 'ink', strength: 50 }],
    ['adjusted', { brightness: 20, contrast: 30, warmth: -40, saturation: 25, fade: 20, vignette: 60, sharpen: 50 }],
    ['with everything', { turns: 1, angle: 4, left: 0.1, width: 0.8, filter: 'dusk', warmth: 20, vignette: 30 }],
  ])('is posted as the figures say: %s', async (_, edits) => {
    const { files, developed } = await develop(await fileOf(picture).png().toBuffer(), edits)
    const [width = 0] = (developed?.renditionWidths ?? []).slice(-1)
    const wanted = expected(picture, { ...untouched, ...edits }, width)
    expect(developed).toMatchObject({
      ...outcomeSize(fitted({ ...untouched, ...edits }, picture), picture),
      original: { width: 900, height: 600 },
    })
    for (const extension of ['jpg', 'webp']) {
      const { mean, most } = differenceOf(await pixelsOf(files.get(`${width}.${extension}`)), wanted)
      expect(mean).toBeLessThan(1)
      expect(most).toBeLessThan(2.5)
    }
  })

  it.each(filterNames)('is posted as the editor shows it: %s', async (filter) => {
    const { files } = await develop(await fileOf(painted(300, 200)).png().toBuffer(), { filter, sharpen: 1 })
    const wanted = expected(painted(300, 200), { ...untouched, filter, sharpen: 1 }, 300)
    expect(differenceOf(await pixelsOf(files.get('300.webp')), wanted).mean).toBeLessThan(1)
  })

  it('stands as the camera says first, and is turned then', async () => {
    const lying = await fileOf(picture).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer()
    const upright = await sharp(lying).autoOrient().removeAlpha().raw().toBuffer({ resolveWithObject: true })
    const whole = { data: upright.data, width: upright.info.width, height: upright.info.height }
    expect(whole).toMatchObject({ width: 600, height: 900 })
    for (const edits of [{ turns: 1, left: 0.2, width: 0.5 }, { angle: 5 }]) {
      const { files, developed } = await develop(lying, edits)
      const width = developed?.renditionWidths.at(-1) ?? 0
      const wanted = expected(whole, { ...untouched, ...edits }, width)
      expect(differenceOf(await pixelsOf(files.get(`${width}.jpg`)), wanted).mean).toBeLessThan(1)
      expect(developed?.original).toEqual({ width: 600, height: 900 })
    }
  })

  it('has all its widths, squares and AVIF, its preview and its colour', async () => {
    const file = await fileOf(painted(2400, 1600)).jpeg().toBuffer()
    const edits = { ...untouched, turns: 1, filter: 'silver' as const }
    const [prints, avif] = [await room.develop(file, { edits }), await room.developAvif(file, { edits })]
    expect(prints.answer).toEqual({ done: { renditionWidths: [320, 640, 1080, 1600] } })
    expect(avif.answer).toEqual(prints.answer)
    expect(prints.developed).toMatchObject({ width: 1600, height: 2400, squareSizes: [320, 640] })
    const [red, green, blue] = (prints.developed?.dominantColour.match(/\w\w/g) ?? []).map((hex) =>
      Number.parseInt(hex, 16),
    )
    expect([green, blue]).toEqual([red, red])
    for (const [name, rendition] of [...prints.files, ...avif.files]) {
      const { width = 0, height = 0 } = await sharp(rendition).metadata()
      expect([name, height]).toEqual([name, name.startsWith('s') ? width : Math.round(width * 1.5)])
    }
  })

  it('keeps its resolution where it is cut out of a large photo', async () => {
    const large = await sharp({ create: { width: 6000, height: 4000, channels: 3, background: '#336699' } })
      .composite([
        { input: { create: { width: 3, height: 4000, channels: 3, background: '#ffffff' } }, left: 2999, top: 0 },
      ])
      .jpeg()
      .toBuffer()
    const { answer, developed, files } = await develop(large, { left: 1 / 3, top: 1 / 3, width: 1 / 3, height: 1 / 3 })
    expect(answer).toEqual({ done: { renditionWidths: [320, 640, 1080, 2000] } })
    expect(developed).toMatchObject({ width: 2000, height: 1333 })
    // A line three pixels wide is that still, and as white.
    const { data } = await pixelsOf(files.get('2000.jpg'))
    const whites = Array.from({ length: 2000 }, (_, x) => data[(600 * 2000 + x) * 3] ?? 0).filter((red) => red > 200)
    expect(whites.length).toBeGreaterThanOrEqual(3)
    expect(whites.length).toBeLessThanOrEqual(5)
  })

  it('stays in Display P3 if it came so, with the colours that sRGB has not', async () => {
    const file = await sharp({ create: { width: 400, height: 300, channels: 3, background: '#ff0000' } })
      .withIccProfile('p3')
      .png()
      .toBuffer()
    // Wider than any red of sRGB: the profile's own.
    const wide = await sharp(file, { ignoreIcc: true }).linear([0, 0, 0], [255, 0, 0]).keepIccProfile().png().toBuffer()
    const { files } = await develop(wide, { turns: 1, left: 0.1, width: 0.5, sharpen: 10 })
    for (const extension of ['jpg', 'webp']) {
      const rendition = files.get(`150.${extension}`)
      if (!rendition) throw new Error(`no ${extension}`)
      expect(await isDisplayP3(rendition)).toBe(true)
      const { data } = await sharp(rendition, { ignoreIcc: true }).raw().toBuffer({ resolveWithObject: true })
      expect(data[0]).toBeGreaterThan(248)
      expect(data[1]).toBeLessThan(8)
    }
  })

  it.each([
    [1, 1],
    [1, 3000],
    [3000, 1],
  ])('may be of %i × %i pixels, whatever is done to it', async (width, height) => {
    const file = await sharp({ create: { width, height, channels: 3, background: '#808080' } })
      .png()
      .toBuffer()
    for (const edits of [
      { turns: 1 },
      { angle: 25 },
      { left: 1, top: 1, width: 0, height: 0 },
      { sharpen: 100, vignette: 100 },
    ])
      await develop(file, edits)
  })

  it.each(['grey', 'transparent', '16 bits', 'CMYK', 'AVIF'])('may be %s', async (kind) => {
    const plain = fileOf(painted(300, 200))
    const files: Record<string, () => Promise<Buffer>> = {
      grey: () => plain.greyscale().toColourspace('b-w').png().toBuffer(),
      transparent: () => plain.ensureAlpha(0.5).png().toBuffer(),
      '16 bits': () => plain.toColourspace('rgb16').png().toBuffer(),
      CMYK: () => plain.toColourspace('cmyk').jpeg().toBuffer(),
      AVIF: () => plain.avif().toBuffer(),
    }
    const { developed } = await develop((await files[kind]?.()) ?? Buffer.alloc(0), {
      angle: 5,
      filter: 'honey',
      turns: 2,
    })
    expect(developed?.width).toBeGreaterThan(200)
  })
})

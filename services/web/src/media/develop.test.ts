import { readFile } from 'node:fs/promises'
import sharp, { type Sharp } from 'sharp'
import { thumbHashToRGBA } from 'thumbhash'
import { hostileFiles } from '../../test/hostile-files.ts'
import { type Darkroom, halves, oddPictures, openDarkroom, type Prints, type Rgb } from '../../test/odd-pictures.ts'
import { pictureWithSecrets, redAndBlue } from '../../test/pictures.ts'

/** What photos come out as: by the decoder itself, in processes of its own. */

let room: Darkroom
beforeAll(async () => {
  room = await openDarkroom()
})
afterAll(() => room.close())

const fixture = (name: string) => readFile(new URL(`../../test/fixtures/${name}`, import.meta.url))
const solid = (width: number, height: number, background = '#3366cc') =>
  sharp({ create: { width, height, channels: 3, background } })

/** What a picture shows at points, from 0 to 1. */
async function coloursAt(picture: Buffer, points: readonly (readonly [x: number, y: number])[]): Promise<Rgb[]> {
  const { data, info } = await sharp(picture).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  return points.map(([x, y]) => {
    const row = Math.min(height - 1, Math.floor(height * y))
    const at = (row * width + Math.min(width - 1, Math.floor(width * x))) * channels
    const [red = Number.NaN, green = Number.NaN, blue = Number.NaN] = data.subarray(at, at + 3)
    return [red, green, blue]
  })
}

async function expectColours(
  picture: Buffer | undefined,
  wanted: readonly (readonly [x: number, y: number, colour: Rgb])[],
  most = 12,
): Promise<void> {
  if (!picture) throw new Error('no such rendition')
  const found = await coloursAt(
    picture,
    wanted.map(([x, y]) => [x, y] as const),
  )
  for (const [at, [, , colour]] of wanted.entries())
    expect(distance(found[at] ?? [Number.NaN, 0, 0], colour)).toBeLessThanOrEqual(most)
}

const distance = (one: Rgb, other: Rgb) => Math.max(...one.map((value, at) => Math.abs(value - (other[at] ?? 0))))

/** What the names of files say, and what is in them. */
async function sizesOf({ files }: Prints): Promise<Record<string, string>> {
  const sizes = await Promise.all(
    [...files].map(async ([name, file]) => {
      const { info } = await sharp(file).raw().toBuffer({ resolveWithObject: true })
      const { format, pages = 1 } = await sharp(file).metadata()
      return [name, `${format} ${info.width} × ${info.height}${pages > 1 ? ', moving' : ''}`] as const
    }),
  )
  return Object.fromEntries(sizes)
}

const formatOf = { jpg: 'jpeg', webp: 'webp', avif: 'heif' }

function expectedSizes(wholes: [number, number][], squares: number[], extensions: (keyof typeof formatOf)[]) {
  return Object.fromEntries(
    extensions.flatMap((extension) => [
      ...wholes.map(([width, height]) => [`${width}.${extension}`, `${formatOf[extension]} ${width} × ${height}`]),
      ...squares.map((size) => [`s${size}.${extension}`, `${formatOf[extension]} ${size} × ${size}`]),
    ]),
  )
}

describe('a photo of a rare kind', () => {
  it.each(oddPictures)(
    'comes out as it looks: $name',
    async ({ name, make, width, height, left, right, tolerance }) => {
      const file = await make()
      const [prints, avif] = [await room.develop(file), await room.developAvif(file)]
      expect(prints.answer).toEqual({ done: { renditionWidths: [320, width] } })
      expect(avif.answer).toEqual(prints.answer)
      const originalFormat = /JPEG$|JPEG with|PNG|WebP|AVIF|GIF|TIFF|HEIC/.exec(name)?.[0].slice(0, 4).toLowerCase()
      const facts = { width, height, renditionWidths: [320, width], squareSizes: [320, height], originalFormat }
      expect(prints.developed).toMatchObject(facts)
      const wholes: [number, number][] = [
        [320, Math.round((320 * height) / width)],
        [width, height],
      ]
      expect(await sizesOf(prints)).toEqual(expectedSizes(wholes, [320, height], ['jpg', 'webp']))
      expect(await sizesOf(avif)).toEqual(expectedSizes(wholes, [320, height], ['avif']))
      // What a lossy format adds to what the picture itself may be off by.
      const most = tolerance + 3
      const sides = [
        [0.25, 0.5, left],
        [0.75, 0.5, right],
      ] as const
      for (const picture of [...prints.files.values(), ...avif.files.values()])
        await expectColours(picture, sides, most)
    },
  )

  it('of 12 bits is refused, and told apart from damage', async () => {
    const twelveBits = hostileFiles().find(({ name }) => name === 'a JPEG of 12 bits')
    if (!twelveBits) throw new Error('that file is gone')
    expect((await room.develop(await twelveBits.make())).answer).toMatchObject({ verdict: 'twelve-bit' })
  })
})

describe('a moving picture', () => {
  it.each(hostileFiles().filter(({ group, expect }) => group === 'animated' && expect === 'accepted'))(
    'is its first frame, and takes no more: $name',
    async ({ make }) => {
      const { answer, files } = await room.develop(await make())
      expect(answer).toHaveProperty('done')
      for (const file of files.values()) expect((await sharp(file).metadata()).pages ?? 1).toBe(1)
    },
  )
})

describe('the sizes of a photo', () => {
  it.each([
    [1, 1, [1], [1]],
    [2, 500, [2], [2]],
    [319, 200, [319], [200]],
    [320, 240, [320], [240]],
    [321, 321, [320, 321], [320, 321]],
    [640, 639, [320, 640], [320, 639]],
    [700, 700, [320, 640, 700], [320, 640]],
    [1081, 64, [320, 640, 1080, 1081], [64]],
    [2048, 100, [320, 640, 1080, 2048], [100]],
    [2049, 100, [320, 640, 1080, 2048], [100]],
    [9000, 10, [320, 640, 1080, 2048], [2]],
    [400, 8192, [320, 400], [320, 400]],
    [400, 8193, [320, 400], [320, 400]],
    [500, 16_384, [250], [250]],
    [40, 65_000, [5], [5]],
  ])('of %i × %i are %j across, its squares %j: never more than it has', async (width, height, widths, squares) => {
    const prints = await room.develop(await solid(width, height).png().toBuffer())
    expect(prints.answer).toEqual({ done: { renditionWidths: widths } })
    expect(prints.developed).toMatchObject({ width, height, squareSizes: squares })
    const widest = widths.at(-1) ?? 0
    // All are made of the widest, whose height is rounded already.
    const tallest = Math.max(1, Math.round((height * widest) / width))
    const wholes = widths.map((across): [number, number] => [
      across,
      Math.max(1, Math.round((tallest * across) / widest)),
    ])
    expect(await sizesOf(prints)).toEqual(expectedSizes(wholes, squares, ['jpg', 'webp']))
  })

  it('that a feed needs are told before the large ones exist', async () => {
    // With much to see, so that the large ones take their time.
    const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
    const busy = sharp({ create: { width: 2100, height: 2100, channels: 3, background: '#888888', noise } })
    const { answer, developed, first, files } = await room.develop(await busy.jpeg().toBuffer())
    expect(developed).toMatchObject({ renditionWidths: [320, 640, 1080], squareSizes: [320, 640] })
    const feed = ['webp', 'jpg'].flatMap((end) =>
      ['320', '640', '1080', 's320', 's640'].map((name) => `${name}.${end}`),
    )
    expect(first).toEqual(expect.arrayContaining(feed))
    expect(first).not.toContain('2048.jpg')
    expect(answer).toEqual({ done: { renditionWidths: [320, 640, 1080, 2048] } })
    expect([...files.keys()].sort()).toEqual([...feed, '2048.jpg', '2048.webp'].sort())
  })

  it('that a feed needs are not made again where they are', async () => {
    const file = await redAndBlue(2100, 600).jpeg().toBuffer()
    const { answer, developed, files } = await room.develop(file, { isFeedDone: true })
    expect(developed).toBeUndefined()
    expect(answer).toEqual({ done: { renditionWidths: [320, 640, 1080, 2048] } })
    expect([...files.keys()].sort()).toEqual(['2048.jpg', '2048.webp'])
  })

  it('exist as AVIF too, the smaller the more effort was asked for', async () => {
    const file = await sharp({
      create: {
        width: 350,
        height: 250,
        channels: 3,
        background: '#888888',
        noise: { type: 'gaussian', mean: 128, sigma: 9 },
      },
    })
      .blur(1)
      .jpeg()
      .toBuffer()
    const bytes = async (effort: number) => {
      const prints = await room.developAvif(file, { effort })
      expect(prints.answer).toEqual({ done: { renditionWidths: [320, 350] } })
      const wholes: [number, number][] = [
        [320, 229],
        [350, 250],
      ]
      expect(await sizesOf(prints)).toEqual(expectedSizes(wholes, [250], ['avif']))
      return [...prints.files.values()].reduce((sum, { length }) => sum + length, 0)
    }
    const [quick, thorough] = [await bytes(0), await bytes(4)]
    expect(thorough).toBeLessThan(quick)
  })
})

// --------------------------------------------------------------------------------------------- which way is up

const [topLeft, topRight, bottomLeft, bottomRight]: [Rgb, Rgb, Rgb, Rgb] = [
  [255, 0, 0],
  [0, 160, 0],
  [0, 0, 255],
  [255, 255, 255],
]
const quarters = [topLeft, topRight, bottomLeft, bottomRight] as const

/**
 * A picture of four quarters, upright as above, as a camera stores it that was held another way.
 * @param width of what is seen upright
 * @param orientation 1 to 8: on which side of the picture the first row and the first column of what is stored are
 */
async function quartersStored(width: number, height: number, orientation = 1): Promise<Sharp> {
  // Which quarter is stored where, row by row.
  const stored = [
    [0, 1, 2, 3],
    [1, 0, 3, 2],
    [3, 2, 1, 0],
    [2, 3, 0, 1],
    [0, 2, 1, 3],
    [1, 3, 0, 2],
    [3, 1, 2, 0],
    [2, 0, 3, 1],
  ][orientation - 1]
  const small = Buffer.from((stored ?? []).flatMap((quarter) => quarters[quarter] ?? []))
  const [across, down] = orientation >= 5 ? [height, width] : [width, height]
  const picture = await sharp(small, { raw: { width: 2, height: 2, channels: 3 } })
    .resize(across, down, { kernel: 'nearest', fit: 'fill' })
    .png()
    .toBuffer()
  return orientation === 1 ? sharp(picture) : sharp(picture).withMetadata({ orientation })
}

/** That the colours near the corners of a picture are these, row by row. */
const expectCorners = (picture: Buffer | undefined, [a, b, c, d]: readonly [Rgb, Rgb, Rgb, Rgb]) =>
  expectColours(picture, [
    [0.1, 0.1, a],
    [0.9, 0.1, b],
    [0.1, 0.9, c],
    [0.9, 0.9, d],
  ])

describe('a photo that was taken with the camera turned', () => {
  const orientations = [1, 2, 3, 4, 5, 6, 7, 8]
  it.each(orientations)('stands upright in every rendition: orientation %i', async (orientation) => {
    const file = await (await quartersStored(450, 200, orientation)).jpeg({ quality: 95 }).toBuffer()
    // To the left, above: meant in the picture as it is seen.
    const order = { focal: { x: 0, y: 0 } }
    const [prints, avif] = [await room.develop(file, order), await room.developAvif(file, order)]
    expect(prints.developed).toMatchObject({ width: 450, height: 200, squareSizes: [200] })
    const wholes: [number, number][] = [
      [320, 142],
      [450, 200],
    ]
    expect({ ...(await sizesOf(prints)), ...(await sizesOf(avif)) }).toEqual(
      expectedSizes(wholes, [200], ['jpg', 'webp', 'avif']),
    )
    for (const [name, picture] of [...prints.files, ...avif.files]) {
      await expectCorners(picture, name.startsWith('s') ? [topLeft, topLeft, bottomLeft, bottomLeft] : quarters)
      expect((await sharp(picture).metadata()).orientation ?? 1).toBe(1)
    }
  })

  it.each(['png', 'webp', 'tiff'] as const)('stands upright as %s too', async (format) => {
    const { developed, files } = await room.develop(
      await (await quartersStored(900, 400, 6)).toFormat(format).toBuffer(),
    )
    expect(developed).toMatchObject({ width: 900, height: 400 })
    for (const extension of ['jpg', 'webp']) await expectCorners(files.get(`900.${extension}`), quarters)
  })

  it('by a phone that says so twice, as HEIC does, is turned once', async () => {
    const { developed, files } = await room.develop(await fixture('turned.heic'))
    expect(developed).toMatchObject({ width: 400, height: 600, originalFormat: 'heic' })
    for (const picture of [files.get('400.jpg'), files.get('320.webp'), files.get('s400.jpg')])
      await expectCorners(picture, [
        [255, 0, 0],
        [255, 0, 0],
        [0, 0, 255],
        [0, 0, 255],
      ])
  })
})

describe('the square of a photo', () => {
  it.each([
    ['the left', 1500, 700, 0, 0, [topLeft, topLeft, bottomLeft, bottomLeft]],
    ['the left, whatever the height', 1500, 700, 0.1, 1, [topLeft, topLeft, bottomLeft, bottomLeft]],
    ['the right', 1500, 700, 1, 0, [topRight, topRight, bottomRight, bottomRight]],
    ['the middle', 1500, 700, 0.5, 0.5, quarters],
    ['the top', 700, 1500, 0, 0, [topLeft, topRight, topLeft, topRight]],
    ['the bottom', 700, 1500, 0, 1, [bottomLeft, bottomRight, bottomLeft, bottomRight]],
    ['the middle of a tall one', 700, 1500, 0.5, 0.5, quarters],
    ['all of a square one', 700, 700, 0, 1, quarters],
  ] as const)('shows %s, if that is where the point is', async (_, width, height, x, y, wanted) => {
    const { files } = await room.develop(await (await quartersStored(width, height)).png().toBuffer(), {
      focal: { x, y },
    })
    for (const name of ['s320.jpg', 's640.jpg', 's320.webp', 's640.webp']) await expectCorners(files.get(name), wanted)
  })

  it('has the point in its middle where there is room on both sides', async () => {
    // A line of red, a pixel in twenty, at a third.
    const line = await solid(1500, 600, '#ffffff')
      .composite([{ input: await solid(75, 600, '#ff0000').png().toBuffer(), left: 463, top: 0 }])
      .png()
      .toBuffer()
    const { files } = await room.develop(line, { focal: { x: 1 / 3, y: 0.5 } })
    await expectColours(files.get('s600.jpg'), [
      [0.4, 0.5, [255, 255, 255]],
      [0.5, 0.5, [255, 0, 0]],
      [0.6, 0.5, [255, 255, 255]],
    ])
  })
})

// --------------------------------------------------------------------------------------- what is shown before it

describe('before a photo is there', () => {
  /** The blur at a point, from 0 to 1. It knows 64 steps of brightness, and so is true to within 4. */
  function blurAt(thumbhash: string | undefined, x: number, y: number): Rgb {
    const { w, h, rgba } = thumbHashToRGBA(Buffer.from(thumbhash ?? '', 'base64'))
    const at = (Math.round(y * (h - 1)) * w + Math.round(x * (w - 1))) * 4
    return [rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0]
  }
  const rgbOf = (css: string | undefined): Rgb => {
    const [, r = '', g = '', b = ''] = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/.exec(css ?? '') ?? []
    return [Number.parseInt(r, 16), Number.parseInt(g, 16), Number.parseInt(b, 16)]
  }

  it.each(['#3366cc', '#000000', '#ffffff', '#ff7f00', '#808080'])('its colour is shown: %s', async (colour) => {
    const { developed } = await room.develop(await solid(300, 200, colour).png().toBuffer())
    // The dominant one is the middle of one of sixteen steps.
    expect(distance(rgbOf(developed?.dominantColour), rgbOf(colour))).toBeLessThanOrEqual(8)
    for (const point of [0, 0.5, 1])
      expect(distance(blurAt(developed?.thumbhash, point, point), rgbOf(colour))).toBeLessThanOrEqual(8)
  })

  it.each([
    [900, 400],
    [400, 900],
  ])('a blur of it is shown, %i × %i', async (width, height) => {
    for (const orientation of [1, 6]) {
      const file = await (await quartersStored(width, height, orientation)).jpeg().toBuffer()
      const { developed } = await room.develop(file)
      for (const [at, own] of quarters.entries()) {
        const seen = blurAt(developed?.thumbhash, at % 2 ? 0.8 : 0.2, at < 2 ? 0.2 : 0.8)
        const far = (colour: Rgb) => Math.hypot(...colour.map((value, channel) => value - (seen[channel] ?? 0)))
        for (const other of quarters) if (other !== own) expect(far(own)).toBeLessThan(far(other))
      }
    }
  })

  it('the colour of most of it is shown, not the mean', async () => {
    const mostlyGreen = await solid(400, 300, '#008040')
      .composite([{ input: await solid(100, 300, '#ff0000').png().toBuffer(), left: 0, top: 0 }])
      .png()
      .toBuffer()
    const { developed } = await room.develop(mostlyGreen)
    expect(distance(rgbOf(developed?.dominantColour), [0, 128, 64])).toBeLessThanOrEqual(8)
  })

  it.each([
    [1, 1],
    [1, 700],
    [700, 1],
    [33, 2],
  ])('something is shown even of %i × %i', async (width, height) => {
    const { developed } = await room.develop(await solid(width, height, '#ff7f00').png().toBuffer())
    expect(distance(blurAt(developed?.thumbhash, 0.5, 0.5), [255, 127, 0])).toBeLessThanOrEqual(12)
    expect(distance(rgbOf(developed?.dominantColour), [255, 127, 0])).toBeLessThanOrEqual(8)
  })

  it('what is transparent counts as white', async () => {
    const { developed } = await room.develop(await halves([255, 0, 0, 0], [255, 0, 0, 0]).png().toBuffer())
    expect(distance(blurAt(developed?.thumbhash, 0.5, 0.5), [255, 255, 255])).toBeLessThanOrEqual(4)
    expect(distance(rgbOf(developed?.dominantColour), [255, 255, 255])).toBeLessThanOrEqual(8)
  })
})

// --------------------------------------------------------------------------------- what a photo says beside itself

/** That nothing but the picture is in what everybody may fetch. */
async function expectNothingBeside(file: Buffer, marker: string): Promise<Prints> {
  const wide = Buffer.from(marker, 'utf16le')
  // Else it would prove nothing.
  expect(file.includes(marker) || file.includes(wide)).toBe(true)
  const [prints, avif] = [await room.develop(file), await room.developAvif(file, { effort: 0 })]
  expect(prints.answer).toHaveProperty('done')
  expect(avif.answer).toHaveProperty('done')
  for (const [name, rendition] of [...prints.files, ...avif.files]) {
    const { exif, xmp, iptc, tifftagPhotoshop, comments, icc } = await sharp(rendition).metadata()
    expect({ name, exif, xmp, iptc, tifftagPhotoshop, comments, icc }).toEqual({ name })
    for (const secret of [marker, wide, 'Secret', Buffer.from('Secret', 'utf16le'), 'Exif\0', 'http://ns.adobe.com'])
      expect(rendition.includes(secret)).toBe(false)
  }
  return prints
}

describe('what a photo says of its photographer', () => {
  it.each(
    hostileFiles().flatMap(({ name, make, marker, expect }) =>
      marker && expect === 'accepted' ? [{ name, make, marker }] : [],
    ),
  )('stays here: $name', async ({ make, marker }) => {
    await expectNothingBeside(await make(), marker)
  })

  it('stays here: where it was taken, and by whom', async () => {
    const { developed } = await expectNothingBeside(await pictureWithSecrets(), 'SecretName')
    expect(developed).toMatchObject({ width: 900, height: 1200 })
    expect(JSON.stringify(developed)).not.toMatch(/SecretName|SecretXmp|GPS|52/)
  })

  it('stays here: what a phone writes into HEIC', async () => {
    const { developed } = await expectNothingBeside(await fixture('turned.heic'), 'SecretCamera')
    expect(developed?.camera).toEqual({ make: 'SecretCamera' })
  })

  it.each(['jpeg', 'png', 'webp', 'avif'] as const)('is read as far as it is of the camera: %s', async (format) => {
    const file = await redAndBlue(320, 240)
      .toFormat(format)
      .withExif({
        IFD0: { Make: 'Fujifilm', Model: 'X100V', Artist: 'SecretName', Copyright: 'SecretName' },
        IFD2: {
          LensModel: '23mm f/2',
          LensSerialNumber: 'SecretSerial',
          BodySerialNumber: 'SecretSerial',
          CameraOwnerName: 'SecretName',
          FocalLength: '23/1',
          FNumber: '56/10',
          ExposureTime: '1/250',
          ISOSpeedRatings: '400',
          DateTimeOriginal: '2026:05:03 18:04:05',
        },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 12/1' },
      })
      .toBuffer()
    const { developed } = await expectNothingBeside(file, 'SecretName')
    expect(developed?.camera).toEqual({
      make: 'Fujifilm',
      model: 'X100V',
      lens: '23mm f/2',
      focalLengthMm: 23,
      fNumber: 5.6,
      exposureSeconds: 0.004,
      iso: 400,
      takenAt: '2026-05-03T18:04:05',
    })
  })

  it('is not asked for: one that says nothing is shown as well', async () => {
    expect((await room.develop(await redAndBlue(64, 48).jpeg().toBuffer())).developed?.camera).toBeUndefined()
  })

  it.each(
    hostileFiles().filter(
      ({ group, name, expect, marker }) =>
        !marker && group === 'metadata' && expect === 'accepted' && /^EXIF/.test(name),
    ),
  )('may be broken: that is no reason to refuse a photo ($name)', async ({ make }) => {
    expect((await room.develop(await make())).answer).toEqual({ done: { renditionWidths: [240] } })
  })
})

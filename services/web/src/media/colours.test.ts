import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import {
  type Chart,
  chartErrors,
  cicpChunk,
  codedByPoints,
  colourChart,
  type Darkroom,
  deltaE2000,
  displayP3Profile,
  halves,
  iccpChunk,
  iccSegments,
  isDisplayP3,
  labOf,
  openDarkroom,
  type Patch,
  type Prints,
  profileOf,
  type Rgb,
  sharmaPairs,
  withJpegSegments,
  withPngChunks,
} from '../../test/odd-pictures.ts'

/** That colours come out as they were meant, measured as eyes see them. */

let room: Darkroom
let p3: Chart
let adobe: Chart
beforeAll(async () => {
  room = await openDarkroom()
  p3 = await colourChart('display-p3')
  adobe = await colourChart('adobe-rgb')
})
afterAll(() => room.close())

// One is about the least difference that an eye sees. What the formats themselves lose on flat patches comes to 0.4 in the mean
// and 1.4 at most (WebP, which halves the resolution of colour). A pipeline that ignores the profile is off by 2.9 and 5.2 at
// least, one that brings everything down to sRGB by more than 2 at most; both are shown below to fail.
const mostMean = 0.7
const mostEach = 2
// Where Display P3 has no such colour, as for Adobe RGB's greens: the nearest.
const mostBeyond = 6

/** Every rendition that a photo can have, by the names of their files. */
async function allRenditions(file: Buffer): Promise<Map<string, Buffer>> {
  const [prints, avif] = [await room.develop(file), await room.developAvif(file)]
  for (const { answer } of [prints, avif]) expect(answer).toHaveProperty('done')
  return new Map([...prints.files, ...avif.files])
}

/** Those of the chart as a whole and in its own size. */
const widest = (renditions: Map<string, Buffer>) =>
  ['jpg', 'webp', 'avif'].map((extension) => {
    const found = renditions.get(`600.${extension}`)
    if (!found) throw new Error(`no ${extension}`)
    return found
  })

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

async function errorsOf(rendition: Buffer, patches: Patch[]): Promise<{ mean: number; most: number; beyond: number }> {
  const errors = await chartErrors(rendition, patches)
  const within = errors.filter((_, at) => patches[at]?.inP3)
  return { mean: mean(within), most: Math.max(...within), beyond: Math.max(...errors) }
}

async function expectRightColours(file: Buffer, patches: Patch[]): Promise<Map<string, Buffer>> {
  const renditions = await allRenditions(file)
  for (const rendition of widest(renditions)) {
    const errors = await errorsOf(rendition, patches)
    expect(errors.mean).toBeLessThan(mostMean)
    expect(errors.most).toBeLessThan(mostEach)
    expect(errors.beyond).toBeLessThan(mostBeyond)
  }
  return renditions
}

/** The patches of a chart, if its pixels are read as sRGB. */
const asSrgb = (patches: Patch[]): Patch[] => patches.map((patch) => ({ ...patch, lab: labOf(patch.rgb, 'srgb') }))

/** The pixels of the chart under whatever profile. */
const untagged = async (format: 'png' | 'jpeg' = 'png') => (await colourChart('display-p3', format, false)).file
const pngWith = async (profile: Buffer) => withPngChunks(await untagged(), iccpChunk(profile))
const jpegWith = async (profile: Buffer) => withJpegSegments(await untagged('jpeg'), ...iccSegments(profile))

/** The chart in a format for which sharp writes the profile, pixels as they are. */
const rewritten = (format: 'webp' | 'avif' | 'tiff', { file }: Chart) => {
  const picture = sharp(file, { ignoreIcc: true }).keepIccProfile()
  if (format === 'tiff') return picture.tiff({ compression: 'lzw' }).toBuffer()
  return format === 'webp'
    ? picture.webp({ lossless: true }).toBuffer()
    : picture.avif({ quality: 95, effort: 1 }).toBuffer()
}

const hasProfile = async (rendition: Buffer) => (await sharp(rendition).metadata()).icc !== undefined

describe('the measure', () => {
  it.each(sharmaPairs)('finds $deltaE between $lab1 and $lab2, as its authors do', ({ lab1, lab2, deltaE }) => {
    expect(deltaE2000(lab1, lab2)).toBeCloseTo(deltaE, 4)
  })

  it('fails a pipeline that ignores the profile', async () => {
    for (const [chart, format] of [
      [p3, 'display-p3'],
      [adobe, 'adobe-rgb'],
    ] as const) {
      const { file } = await colourChart(format, 'png', false)
      for (const rendition of widest(await allRenditions(file))) {
        const errors = await errorsOf(rendition, chart.patches)
        expect(errors.mean).toBeGreaterThan(2)
        expect(errors.most).toBeGreaterThan(mostEach)
      }
    }
  })

  it('fails a pipeline that brings everything down to sRGB', async () => {
    for (const { file, patches } of [p3, adobe])
      expect((await errorsOf(await sharp(file).png().toBuffer(), patches)).most).toBeGreaterThan(mostEach)
  })
})

describe('a photo in Display P3', () => {
  it.each([
    ['PNG', () => p3.file],
    ['JPEG', async () => (await colourChart('display-p3', 'jpeg')).file],
    ['HEIC, as phones take it,', () => readFile(new URL('../../test/fixtures/display-p3-chart.heic', import.meta.url))],
    ['WebP', () => rewritten('webp', p3)],
    ['AVIF', () => rewritten('avif', p3)],
    ['TIFF', () => rewritten('tiff', p3)],
    [
      'PNG of 16 bits',
      async () => {
        const { data, info } = await sharp(await untagged())
          .raw()
          .toBuffer({ resolveWithObject: true })
        const { width, height } = info
        const png = await sharp(
          Uint16Array.from(data, (value) => value * 257),
          { raw: { width, height, channels: 3 } },
        )
          .toColourspace('rgb16')
          .png()
          .toBuffer()
        return withPngChunks(png, iccpChunk(await displayP3Profile()))
      },
    ],
    ['PNG that tells it by code points', async () => withPngChunks(await untagged(), cicpChunk(12, 13))],
    ['AVIF that tells it by code points', async () => codedByPoints(await rewritten('avif', p3))],
    [
      'HEIC that tells it by code points',
      async () => codedByPoints(await readFile(new URL('../../test/fixtures/display-p3-chart.heic', import.meta.url))),
    ],
    [
      'PNG with a palette',
      async () => {
        const png = await sharp(await untagged())
          .png({ palette: true, colours: 64, quality: 100, dither: 0 })
          .toBuffer()
        return withPngChunks(png, iccpChunk(await displayP3Profile()))
      },
    ],
  ])('as %s looks right and stays in Display P3, in every format and size', async (_, make) => {
    const renditions = await expectRightColours(await make(), p3.patches)
    for (const rendition of renditions.values()) expect(await isDisplayP3(rendition)).toBe(true)
  })

  // As phones by Samsung write it, and Google's software.
  it.each(['DCI-P3 D65 Gamut with sRGB Transfer', 'Display P3 Gamut with sRGB Transfer', 'Image P3'])(
    'looks right under the name %s',
    async (name) => {
      await expectRightColours(await jpegWith(profileOf('display-p3', name)), p3.patches)
    },
  )

  it('is told from sRGB, which is told by code points as well', async () => {
    const renditions = await allRenditions(withPngChunks(await untagged(), cicpChunk(1, 13)))
    for (const rendition of renditions.values()) expect(await isDisplayP3(rendition)).toBe(false)
  })

  it.each([
    ['cut off in the middle of them', (png: Buffer) => png.subarray(0, 40)],
    ['that go on for ever', (png: Buffer) => withPngChunks(png, Buffer.from('ffffffff6349435000000000', 'hex'))],
  ])('by code points %s is no trap', async (_, spoil) => {
    expect((await room.develop(spoil(await untagged()))).answer).toEqual(
      expect.objectContaining({ verdict: 'damaged' }),
    )
  })

  it('has a blur and a dominant colour in sRGB, in which browsers read them', async () => {
    const red = withPngChunks(
      await halves([234, 51, 35], [234, 51, 35]).png().toBuffer(),
      iccpChunk(await displayP3Profile()),
    )
    const { developed } = await room.develop(red)
    // Of 16 steps a channel.
    expect(developed?.dominantColour).toMatch(/^#f[0-9a-f]0[0-9a-f]0[0-9a-f]$/)
  })
})

describe('a photo in Adobe RGB', () => {
  it.each([
    ['PNG', () => adobe.file],
    ['JPEG', async () => (await colourChart('adobe-rgb', 'jpeg')).file],
    ['TIFF', () => rewritten('tiff', adobe)],
  ])('as %s looks right, in every format and size', async (_, make) => {
    const renditions = await expectRightColours(await make(), adobe.patches)
    for (const rendition of renditions.values()) expect(await isDisplayP3(rendition)).toBe(true)
  })
})

describe('a photo in sRGB', () => {
  it.each([
    ['without a profile', () => untagged()],
    ['without a profile, as JPEG,', () => untagged('jpeg')],
    ['with the usual profile', () => pngWith(profileOf('srgb', 'sRGB IEC61966-2.1'))],
    ['with the usual profile, as JPEG,', () => jpegWith(profileOf('srgb', 'sRGB IEC61966-2.1'))],
    ['with the profile that GIMP writes', () => jpegWith(profileOf('srgb', 'GIMP built-in sRGB'))],
    [
      'with the profile that sharp writes',
      async () =>
        sharp(await untagged())
          .withIccProfile('srgb')
          .png()
          .toBuffer(),
    ],
  ])('%s keeps its colours and carries no profile', async (_, make) => {
    const renditions = await expectRightColours(await make(), asSrgb(p3.patches))
    for (const rendition of renditions.values()) expect(await hasProfile(rendition)).toBe(false)
  })

  it('with a profile that does not say so keeps its colours', async () => {
    await expectRightColours(await jpegWith(profileOf('srgb', 'c2')), asSrgb(p3.patches))
  })

  it('without its curve, whatever its profile is called, looks right', async () => {
    for (const name of ['sRGB Gamut with Linear Transfer', 'linear RGB']) {
      const png = await halves([55, 55, 55], [145, 145, 145]).png().toBuffer()
      const renditions = await allRenditions(withPngChunks(png, iccpChunk(profileOf('linear-srgb', name))))
      for (const rendition of widest(renditions)) await expectSides(rendition, [128, 128, 128], [197, 197, 197])
    }
  })
})

/** What a rendition shows in the middle of its left and of its right half; greys are the same in both spaces. */
async function expectSides(rendition: Buffer, left: Rgb, right: Rgb, most = 2): Promise<void> {
  const { data, info } = await sharp(rendition, { ignoreIcc: true }).raw().toBuffer({ resolveWithObject: true })
  const at = (part: number) => {
    const from = (Math.floor(info.height / 2) * info.width + Math.floor(info.width * part)) * info.channels
    const [red = Number.NaN, green = red, blue = red] = data.subarray(from, from + info.channels)
    return labOf([red, green, blue], 'srgb')
  }
  expect(deltaE2000(at(0.25), labOf(left, 'srgb'))).toBeLessThan(most)
  expect(deltaE2000(at(0.75), labOf(right, 'srgb'))).toBeLessThan(most)
}

describe('a grey photo', () => {
  const grey = () => halves([55], [145]).toColourspace('b-w')

  it.each([
    ['JPEG', async () => grey().jpeg({ quality: 100 }).toBuffer()],
    ['PNG', async () => grey().png().toBuffer()],
  ])('as %s without a profile keeps its greys', async (_, make) => {
    for (const rendition of widest(await allRenditions(await make())))
      await expectSides(rendition, [55, 55, 55], [145, 145, 145])
  })

  it('with a profile for grey looks as that says', async () => {
    const profile = profileOf('linear-grey', 'Grey without a curve')
    const jpeg = await grey().jpeg({ quality: 100 }).toBuffer()
    const png = await grey().png().toBuffer()
    for (const file of [withJpegSegments(jpeg, ...iccSegments(profile)), withPngChunks(png, iccpChunk(profile))])
      for (const rendition of widest(await allRenditions(file)))
        await expectSides(rendition, [128, 128, 128], [197, 197, 197])
  })

  it('with a profile for colours, as many programs write it, keeps its greys', async () => {
    for (const profile of [profileOf('srgb', 'sRGB IEC61966-2.1'), await displayP3Profile()]) {
      const file = withJpegSegments(await grey().jpeg({ quality: 100 }).toBuffer(), ...iccSegments(profile))
      for (const rendition of widest(await allRenditions(file)))
        await expectSides(rendition, [55, 55, 55], [145, 145, 145])
    }
  })
})

describe('a photo for print', () => {
  // How dark the blackest ink is, on what paper, is for the profile to say.
  it.each([
    ['with', [40, 38, 27]],
    ['without', [10, 5, 1]],
  ] as const)('has white paper and black ink, %s a profile', async (withOrWithout, black) => {
    const jpeg = halves([0, 0, 0], [255, 255, 255]).toColourspace('cmyk').jpeg({ quality: 100 })
    const file = await (withOrWithout === 'with' ? jpeg.withIccProfile('cmyk') : jpeg).toBuffer()
    const renditions = await allRenditions(file)
    for (const rendition of widest(renditions)) await expectSides(rendition, black, [255, 255, 255])
    for (const rendition of renditions.values()) expect(await hasProfile(rendition)).toBe(false)
  })
})

describe('a profile that is none, or not for this photo', () => {
  const secret = Buffer.from('SecretProfile')
  const cmyk = async () => {
    const { icc } = await sharp(
      await halves([9], [9]).toColourspace('cmyk').withIccProfile('cmyk').jpeg().toBuffer(),
    ).metadata()
    if (!icc) throw new Error('sharp wrote no profile')
    return icc
  }
  const broken = () => {
    const profile = profileOf('adobe-rgb', secret.toString())
    // Every entry of its table points beyond its end.
    for (let at = 0; at < 9; at += 1) profile.writeUInt32BE(0x7fffff00, 132 + 12 * at + 4)
    return profile
  }
  const bad: [string, () => Buffer | Promise<Buffer>][] = [
    ['of noise', () => Buffer.concat([secret, Buffer.alloc(900, '\x93\x11\xd6')])],
    ['that is cut off', async () => Buffer.concat([(await displayP3Profile()).subarray(0, 200), secret])],
    ['that is empty', () => Buffer.alloc(0)],
    ['whose table points nowhere', broken],
    ['for ink', cmyk],
    ['for grey', () => profileOf('linear-grey', secret.toString())],
  ]
  it.each(
    bad.flatMap(([name, profile]) => [
      [name, 'PNG', async () => pngWith(await profile())] as const,
      [name, 'JPEG', async () => jpegWith(await profile())] as const,
    ]),
  )('%s, in a %s, neither harms the colours nor goes on', async (_, __, make) => {
    const renditions = await expectRightColours(await make(), asSrgb(p3.patches))
    await expectNoProfileOfOthers(renditions)
  })

  it('is never handed on, and neither is a good one: names stand in them', async () => {
    for (const space of ['adobe-rgb', 'display-p3', 'srgb'] as const) {
      const renditions = await allRenditions(await jpegWith(profileOf(space, 'SecretProfile')))
      await expectNoProfileOfOthers(renditions)
    }
  })

  async function expectNoProfileOfOthers(renditions: Prints['files']): Promise<void> {
    for (const rendition of renditions.values()) {
      expect(rendition.includes(secret)).toBe(false)
      const { icc } = await sharp(rendition).metadata()
      if (icc) expect(await isDisplayP3(rendition)).toBe(true)
      if (icc) expect(icc.length).toBe((await displayP3Profile()).length)
    }
  }
})

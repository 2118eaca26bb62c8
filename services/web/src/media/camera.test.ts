import sharp from 'sharp'
import { redAndBlue } from '../../test/pictures.ts'
import { type Camera, readCamera } from './camera.ts'

type Exif = Parameters<import('sharp').Sharp['withExif']>[0]

/** EXIF as sharp writes it. */
async function written(tags: Exif): Promise<Buffer> {
  const { exif } = await sharp(await redAndBlue(8, 8).jpeg().withExif(tags).toBuffer()).metadata()
  if (!exif) throw new Error('sharp wrote no EXIF')
  return exif
}

type Value = string | number[] | Buffer
type Field = [tag: number, type: number, value: Value, count?: number]
const ascii = 2
const short = 3
const long = 4
const rational = 5
const bytes = 7
const signedRational = 10
const sizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8]

const tag = {
  make: 0x010f,
  model: 0x0110,
  exposure: 0x829a,
  fNumber: 0x829d,
  iso: 0x8827,
  date: 0x9003,
  focalLength: 0x920a,
  lens: 0xa434,
}

/** EXIF by hand, so that anything may stand in it: fields of the picture, and of the photo. */
function exifOf(main: Field[], photo: Field[] = []): Buffer {
  const dataOf = (type: number, value: Value) => {
    if (typeof value === 'string') return Buffer.from(value, 'latin1')
    if (Buffer.isBuffer(value)) return value
    const each = type === short ? 2 : 4
    const out = Buffer.alloc(value.length * each)
    value.forEach((number, at) => {
      if (each === 2) out.writeUInt16LE(number & 0xffff, at * 2)
      else out.writeUInt32LE(number >>> 0, at * 4)
    })
    return out
  }
  const directory = (at: number, fields: Field[]) => {
    const head = Buffer.alloc(2 + 12 * fields.length + 4)
    head.writeUInt16LE(fields.length)
    const rest: Buffer[] = []
    let free = at + head.length
    fields.forEach(([name, type, value, count], index) => {
      const data = dataOf(type, value)
      const row = 2 + 12 * index
      head.writeUInt16LE(name, row)
      head.writeUInt16LE(type, row + 2)
      head.writeUInt32LE(count ?? Math.floor(data.length / (sizes[type] ?? 1)), row + 4)
      if (data.length <= 4) data.copy(head, row + 8)
      else {
        head.writeUInt32LE(free, row + 8)
        rest.push(data)
        free += data.length
      }
    })
    return Buffer.concat([head, ...rest])
  }
  const first = (photoAt: number) => directory(8, [...main, [0x8769, long, [photoAt]]])
  const photoAt = 8 + first(0).length
  return Buffer.concat([Buffer.from('Exif\0\0II*\0\x08\0\0\0', 'latin1'), first(photoAt), directory(photoAt, photo)])
}

const facts = ['make', 'model', 'lens', 'focalLengthMm', 'fNumber', 'exposureSeconds', 'iso', 'takenAt']

/** What holds of the camera's facts whatever the bytes were. */
function expectHarmless(camera: Camera | undefined): void {
  if (!camera) return
  expect(Object.keys(camera).length).toBeGreaterThan(0)
  for (const [name, value] of Object.entries(camera)) {
    expect(facts).toContain(name)
    if (typeof value === 'number') {
      expect(Number.isFinite(value)).toBe(true)
      expect(value).toBeGreaterThan(0)
    } else if (name === 'takenAt') expect(value).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/)
    else {
      expect(value).toMatch(/^\S(.*\S)?$/u)
      expect(value.length).toBeLessThanOrEqual(100)
      // Neither control characters, nor what turns the direction, nor half of a pair.
      expect(value).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\ufffd]/u)
    }
  }
}

/** Reads it, and sees to it that this takes no time. */
function read(exif: Buffer): Camera | undefined {
  const begin = performance.now()
  const camera = readCamera(exif)
  expect(performance.now() - begin).toBeLessThan(500)
  expectHarmless(camera)
  return camera
}

const whole = {
  IFD0: { Make: 'Fujifilm', Model: 'X100V', Artist: 'SecretName', Software: 'SecretSoftware' },
  IFD2: {
    LensModel: '23mm f/2',
    LensSerialNumber: 'SecretSerial',
    FocalLength: '23/1',
    FNumber: '56/10',
    ExposureTime: '1/250',
    ISOSpeedRatings: '400',
    DateTimeOriginal: '2026:05:03 18:04:05',
    UserComment: 'SecretComment',
  },
  IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 12/1' },
}

describe('what EXIF says of the camera', () => {
  it('is read: eight facts, and nothing about who, where, or which one', async () => {
    expect(read(await written(whole))).toEqual({
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

  it('is nothing if there is no EXIF, or none that tells something', async () => {
    expect(readCamera(undefined)).toBeUndefined()
    expect(read(await written({ IFD0: { Artist: 'SecretName' } }))).toBeUndefined()
    expect(read(exifOf([]))).toBeUndefined()
  })

  it('is read in part, if a part is all there is', async () => {
    expect(read(await written({ IFD0: { Model: 'X100V' } }))).toEqual({ model: 'X100V' })
    expect(read(exifOf([], [[tag.iso, short, [6400, 0]]]))).toEqual({ iso: 6400 })
  })

  it('is read where the inner directory is missing, as editors leave it', () => {
    const exif = exifOf([[tag.make, ascii, 'Fujifilm\0']])
    // The directory of the photo's own facts lies beyond the end.
    exif.writeUInt32LE(0x00ffff00, 6 + 8 + 2 + 12 + 8)
    expect(read(exif)).toEqual({ make: 'Fujifilm' })
  })
})

describe('names', () => {
  it.each([
    ['Fuji\0film\0\0', 'Fujifilm'],
    ['  Fujifilm \n', 'Fujifilm'],
    ['\x07\x1b[31mFujifilm\x7f', '[31mFujifilm'],
    ["<script>alert('x')</script>\0", "<script>alert('x')</script>"],
    ['\0\0\0\0\0\0', undefined],
    ['       ', undefined],
    ['x'.repeat(60_000), 'x'.repeat(100)],
    [`${' '.repeat(99)}y`, 'y'],
    [`${'x'.repeat(99)} y`, 'x'.repeat(99)],
  ])('are cleaned, and short: %j', (given, kept) => {
    expect(read(exifOf([[tag.make, ascii, given]]))?.make).toBe(kept)
    expect(read(exifOf([], [[tag.lens, ascii, given]]))?.lens).toBe(kept)
  })

  it('with letters beyond ASCII are read, or left out, and never turn the direction of a page', () => {
    for (const text of ['Zeiß Planar', '\u202eevil\u202c', '\u200bCamera', '\ufeffCamera', '\u2066x', '📷'.repeat(60)])
      for (const field of [[tag.make, ascii, Buffer.from(`${text}\0`)]] satisfies Field[]) read(exifOf([field]))
  })
})

describe('figures', () => {
  const figures = (type: number, value: number[], count?: number) => {
    const fields = [tag.exposure, tag.fNumber, tag.focalLength, tag.iso]
    return read(
      exifOf(
        [],
        fields.map((name): Field => (count === undefined ? [name, type, value] : [name, type, value, count])),
      ),
    )
  }

  it.each([
    ['nothing over nothing', rational, [0, 0]],
    ['something over nothing', rational, [1, 0]],
    ['nothing', rational, [0, 1]],
    ['less than nothing', signedRational, [-1, 1]],
    ['next to nothing', rational, [1, 0xffffffff]],
    ['more than there is', rational, [0xffffffff, 1]],
  ])('that make no sense are left out: %s', (_, type, value) => {
    expect(figures(type, value)).toBeUndefined()
  })

  it.each([
    ['no figure at all', ascii, 'x', 1],
    ['bytes', bytes, Buffer.from([1, 2, 3, 4, 5]), 5],
    ['none', rational, [], 0],
    ['two', rational, [5, 1, 6, 1], 2],
    ['four thousand million', rational, [5, 1], 0xffffffff],
    ['four thousand million letters', ascii, 'xxxxx', 0xffffffff],
    ['of a type that there is not', 99, [5, 1], 1],
    ['of no type', 0, [5, 1], 1],
  ] as [string, number, Value, number][])('of another kind do no harm: %s', (_, type, value, count) => {
    const fields = Object.values(tag).map((name): Field => [name, type, value, count])
    read(exifOf(fields, fields))
  })
})

describe('a date', () => {
  const dated = (date: string) => read(exifOf([], [[tag.date, ascii, `${date}\0`]]))?.takenAt

  it('is told as the camera had it', () => {
    expect(dated('2026:05:03 18:04:05')).toBe('2026-05-03T18:04:05')
    expect(dated('1999:12:31 23:59:59')).toBe('1999-12-31T23:59:59')
  })

  it.each([
    '0000:00:00 00:00:00',
    '    :  :     :  :  ',
    '0001:01:01 00:00:00',
    '9999:12:31 23:59:59',
    '2026:05:03',
    '2026-05-03T18:04:05',
    'yesterday',
    '',
    '2026:05:03 18:04:05 and more',
    // No such days and hours: a camera whose clock says so is not to be believed.
    '2026:02:31 00:00:00',
    '2026:13:01 00:00:00',
    '2026:00:10 00:00:00',
    '2026:05:03 25:00:00',
    '2026:05:03 18:60:00',
  ])('that is none is left out: %j', (date) => {
    expect(dated(date)).toBeUndefined()
  })
})

describe('broken EXIF', () => {
  function noise(length: number, seed: number): Buffer {
    let state = seed
    return Buffer.from(
      Array.from({ length }, () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
        return state >>> 24
      }),
    )
  }
  const heads = [
    '',
    'Exif\0\0',
    'Exif\0\0II*\0',
    'Exif\0\0II*\0\x08\0\0\0',
    'Exif\0\0MM\0*\0\0\0\x08',
    'II*\0\x08\0\0\0',
    'MM\0*',
  ]

  it('of noise says nothing, and does no harm', () => {
    for (const head of heads)
      for (let seed = 1; seed < 60; seed += 1)
        read(Buffer.concat([Buffer.from(head, 'latin1'), noise(seed * 13, seed)]))
  })

  it('may be cut off anywhere', async () => {
    const exif = await written(whole)
    for (let length = 0; length < exif.length; length += 7) read(exif.subarray(0, length))
  })

  it('may have any byte wrong', async () => {
    const exif = await written(whole)
    for (let at = 0; at < exif.length; at += 1)
      for (const value of [0, 1, 0x7f, 0xff]) {
        const wrong = Buffer.from(exif)
        wrong[at] = value
        read(wrong)
      }
  })

  it('may point at itself', () => {
    const exif = exifOf([[tag.make, ascii, 'Fujifilm']], [[tag.iso, short, [400]]])
    for (let at = 6; at + 4 <= exif.length; at += 2)
      for (const target of [0, 2, 8, at - 6, 0x7fffffff, 0xffffffff]) {
        const loop = Buffer.from(exif)
        loop.writeUInt32LE(target, at)
        read(loop)
      }
  })
})

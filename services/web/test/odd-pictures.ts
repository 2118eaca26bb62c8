import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'
import { Budget } from '../src/media/budget.ts'
import { openDecoder } from '../src/media/decoder.ts'
import type { Answer, AvifOrder, Developed, DevelopOrder } from '../src/media/orders.ts'
import { redAndBlue } from './pictures.ts'

/**
 * Good pictures of rare kinds, made by code, what is needed to tell whether their colours came out right, and a darkroom to
 * develop them in.
 */

export type Space = 'srgb' | 'display-p3' | 'adobe-rgb'
export type Rgb = readonly [red: number, green: number, blue: number]
export type Lab = readonly [lightness: number, a: number, b: number]

// ---------------------------------------------------------------------------------------------- colour science

type Matrix = readonly [Rgb, Rgb, Rgb]

// The columns are the colorants as the ICC profiles carry them: adapted to D50 by Bradford.
const toXyz: Record<Space, Matrix> = {
  srgb: [
    [0.43607, 0.38515, 0.14307],
    [0.22249, 0.71687, 0.06061],
    [0.01392, 0.09708, 0.7141],
  ],
  'display-p3': [
    [0.51512, 0.29198, 0.1571],
    [0.2412, 0.69225, 0.06657],
    [-0.00105, 0.04189, 0.78407],
  ],
  'adobe-rgb': [
    [0.60974, 0.20528, 0.14919],
    [0.31111, 0.62567, 0.06322],
    [0.01947, 0.06087, 0.74457],
  ],
}
const d50: Rgb = [0.9642, 1, 0.82491]

const times = (m: Matrix, [x, y, z]: Rgb): Rgb => {
  const row = ([a, b, c]: Rgb) => a * x + b * y + c * z
  return [row(m[0]), row(m[1]), row(m[2])]
}

function inverse([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  const n = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
  return [
    [(e * i - f * h) / n, (c * h - b * i) / n, (b * f - c * e) / n],
    [(f * g - d * i) / n, (a * i - c * g) / n, (c * d - a * f) / n],
    [(d * h - e * g) / n, (b * g - a * h) / n, (a * e - b * d) / n],
  ]
}

const each = ([a, b, c]: Rgb, change: (value: number) => number): Rgb => [change(a), change(b), change(c)]

const adobeGamma = 2.19921875

/** 0…255 in, light of 0…1 out. */
const toLight = (space: Space) => (value: number) => {
  const v = value / 255
  if (space === 'adobe-rgb') return v ** adobeGamma
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
}

const fromLight = (space: Space) => (light: number) => {
  if (space === 'adobe-rgb') return 255 * Math.max(0, light) ** (1 / adobeGamma)
  return 255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055)
}

/**
 * The colour that pixel values stand for.
 * @param rgb 0…255
 * @param space what the values are to be read as
 * @returns CIE L*a*b* under D50, as ICC profiles have it
 */
export function labOf(rgb: Rgb, space: Space): Lab {
  const [x, y, z] = times(toXyz[space], each(rgb, toLight(space)))
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116)
  const [fx, fy, fz] = [f(x / d50[0]), f(y / d50[1]), f(z / d50[2])]
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)]
}

/** Pixel values of another space for the same colour: not rounded, and beyond 0…255 where that space has no such colour. */
export function converted(rgb: Rgb, from: Space, to: Space): Rgb {
  const light = times(inverse(toXyz[to]), times(toXyz[from], each(rgb, toLight(from))))
  return each(light, fromLight(to))
}

/**
 * How far apart two colours look; 1 is about the least that an eye sees.
 * CIEDE2000 after Sharma, Wu, Dalal: "The CIEDE2000 Color-Difference Formula: Implementation Notes, Supplementary Test
 * Data, and Mathematical Observations", Color Research and Application 30(1), 2005; the names are theirs.
 */
export function deltaE2000([L1, a1, b1]: Lab, [L2, a2, b2]: Lab): number {
  const rad = Math.PI / 180
  const mean = (x: number, y: number) => (x + y) / 2
  const pull = (c: number) => Math.sqrt(c ** 7 / (c ** 7 + 25 ** 7))
  const g = 0.5 * (1 - pull(mean(Math.hypot(a1, b1), Math.hypot(a2, b2))))
  const [a1p, a2p] = [a1 * (1 + g), a2 * (1 + g)]
  const [c1p, c2p] = [Math.hypot(a1p, b1), Math.hypot(a2p, b2)]
  const angle = (b: number, a: number) => (a === 0 && b === 0 ? 0 : (Math.atan2(b, a) / rad + 360) % 360)
  const [h1p, h2p] = [angle(b1, a1p), angle(b2, a2p)]

  const grey = c1p * c2p === 0
  let dh = grey ? 0 : h2p - h1p
  if (dh > 180) dh -= 360
  if (dh < -180) dh += 360
  const dL = L2 - L1
  const dC = c2p - c1p
  const dH = 2 * Math.sqrt(c1p * c2p) * Math.sin((dh / 2) * rad)

  const Lm = mean(L1, L2)
  const Cm = mean(c1p, c2p)
  let hm = grey ? h1p + h2p : mean(h1p, h2p)
  if (!grey && Math.abs(h1p - h2p) > 180) hm += h1p + h2p < 360 ? 180 : -180

  const t =
    1 -
    0.17 * Math.cos((hm - 30) * rad) +
    0.24 * Math.cos(2 * hm * rad) +
    0.32 * Math.cos((3 * hm + 6) * rad) -
    0.2 * Math.cos((4 * hm - 63) * rad)
  const sL = 1 + (0.015 * (Lm - 50) ** 2) / Math.sqrt(20 + (Lm - 50) ** 2)
  const sC = 1 + 0.045 * Cm
  const sH = 1 + 0.015 * Cm * t
  const rT = -Math.sin(60 * Math.exp(-(((hm - 275) / 25) ** 2)) * rad) * 2 * pull(Cm)
  return Math.sqrt((dL / sL) ** 2 + (dC / sC) ** 2 + (dH / sH) ** 2 + rT * (dC / sC) * (dH / sH))
}

/** Rows of the authors' table of test data, for a test of deltaE2000() itself: to four places. */
export const sharmaPairs: readonly { lab1: Lab; lab2: Lab; deltaE: number }[] = [
  { lab1: [50, 2.6772, -79.7751], lab2: [50, 0, -82.7485], deltaE: 2.0425 },
  { lab1: [50, 2.8361, -74.02], lab2: [50, 0, -82.7485], deltaE: 3.4412 },
  { lab1: [50, 0, 0], lab2: [50, -1, 2], deltaE: 2.3669 },
  { lab1: [50, 2.49, -0.001], lab2: [50, -2.49, 0.0009], deltaE: 7.1792 },
  { lab1: [50, 2.49, -0.001], lab2: [50, -2.49, 0.0011], deltaE: 7.2195 },
  { lab1: [50, 2.5, 0], lab2: [73, 25, -18], deltaE: 27.1492 },
  { lab1: [50, 2.5, 0], lab2: [50, 3.2972, 0], deltaE: 1 },
  { lab1: [60.2574, -34.0099, 36.2677], lab2: [60.4626, -34.1751, 39.4387], deltaE: 1.2644 },
  { lab1: [22.7233, 20.0904, -46.694], lab2: [23.0331, 14.973, -42.5619], deltaE: 2.0373 },
  { lab1: [2.0776, 0.0795, -1.135], lab2: [0.9033, -0.0636, -0.5514], deltaE: 0.9082 },
]

// ---------------------------------------------------------------------------------------------------- profiles

/** The profile for Display P3 that sharp brings. */
export async function displayP3Profile(): Promise<Buffer> {
  const tagged = await redAndBlue(8, 8).withIccProfile('p3').png().toBuffer()
  const { icc } = await sharp(tagged).metadata()
  if (!icc) throw new Error('sharp wrote no profile')
  return icc
}

/** An ICC profile (v2, matrix and curves) for Adobe RGB (1998), whose numbers Adobe published. */
export function adobeRgbProfile(): Buffer {
  return profileOf('adobe-rgb', 'Adobe RGB (1998)')
}

/**
 * An ICC profile, v2, by matrix and curves.
 * @param space whose primaries and curve it has; `linear-srgb` has those of sRGB and no curve, `linear-grey` has no colours
 * @param name what it calls itself, which need not be true
 */
export function profileOf(space: Space | 'linear-srgb' | 'linear-grey', name: string): Buffer {
  const fixed = (value: number) => Math.round(value * 65536)
  const words = (...values: number[]) => {
    const out = Buffer.alloc(values.length * 4)
    values.forEach((value, at) => {
      out.writeInt32BE(value, at * 4)
    })
    return out
  }
  const xyz = (x: number, y: number, z: number) =>
    Buffer.concat([Buffer.from('XYZ \0\0\0\0', 'latin1'), words(fixed(x), fixed(y), fixed(z))])
  const text = (value: string) => Buffer.from(`text\0\0\0\0${value}\0`, 'latin1')
  // After the ASCII name come a Unicode one and one for the Macintosh, both empty here: 4 + 4 + 2 + 1 + 67 bytes.
  const description = Buffer.concat([
    Buffer.from('desc\0\0\0\0', 'latin1'),
    words(name.length + 1),
    Buffer.from(`${name}\0`, 'latin1'),
    Buffer.alloc(78),
  ])
  // No point is a straight line, one point is a gamma, and more are a table.
  const curve = (...points: number[]) => {
    const out = Buffer.alloc(12 + 2 * points.length)
    out.write('curv', 'latin1')
    out.writeUInt32BE(points.length, 8)
    points.forEach((point, at) => {
      out.writeUInt16BE(point, 12 + 2 * at)
    })
    return out
  }
  const curveOf = () => {
    if (space === 'linear-srgb' || space === 'linear-grey') return curve()
    if (space === 'adobe-rgb') return curve(Math.round(adobeGamma * 256))
    return curve(...Array.from({ length: 1024 }, (_, at) => Math.round(toLight(space)((at / 1023) * 255) * 65535)))
  }
  const tags: [string, Buffer][] = [
    ['desc', description],
    ['cprt', text('Public domain')],
    ['wtpt', xyz(0.95045, 1, 1.08905)],
  ]
  if (space === 'linear-grey') tags.push(['kTRC', curveOf()])
  else {
    const matrix = toXyz[space === 'linear-srgb' ? 'srgb' : space]
    for (const [column, letter] of ['r', 'g', 'b'].entries()) {
      const [x = 0, y = 0, z = 0] = matrix.map((row) => row[column])
      tags.push([`${letter}XYZ`, xyz(x, y, z)], [`${letter}TRC`, curveOf()])
    }
  }
  let offset = 128 + 4 + 12 * tags.length
  const table: Buffer[] = [words(tags.length)]
  const bodies: Buffer[] = []
  for (const [tag, body] of tags) {
    table.push(Buffer.from(tag, 'latin1'), words(offset, body.length))
    const padded = Buffer.concat([body, Buffer.alloc(-body.length & 3)])
    bodies.push(padded)
    offset += padded.length
  }
  const header = Buffer.alloc(128)
  header.writeUInt32BE(offset, 0)
  header.write(`\x02\x10\0\0mntr${space === 'linear-grey' ? 'GRAY' : 'RGB '}XYZ `, 8, 'latin1')
  for (const [at, value] of [1998, 11, 11].entries()) header.writeUInt16BE(value, 24 + at * 2)
  header.write('acsp', 36, 'latin1')
  words(fixed(0.9642), fixed(1), fixed(0.82491)).copy(header, 68)
  return Buffer.concat([header, ...table, ...bodies])
}

/** A chunk of a PNG, with its checksum. */
export function pngChunk(type: string, data: Buffer): Buffer {
  const out = Buffer.alloc(data.length + 12)
  out.writeUInt32BE(data.length)
  out.write(type, 4, 'latin1')
  data.copy(out, 8)
  out.writeUInt32BE(crc32(out.subarray(4, -4)), out.length - 4)
  return out
}

/** The PNG with more chunks, right after its IHDR: where iCCP, sBIT, iTXt and others may stand. */
export function withPngChunks(png: Buffer, ...chunks: Buffer[]): Buffer {
  return Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)])
}

export function iccpChunk(profile: Buffer): Buffer {
  return pngChunk('iCCP', Buffer.concat([Buffer.from('icc\0\0', 'latin1'), deflateSync(profile)]))
}

/** The chunk that tells colours by code points (ITU-T H.273), full range. */
export function cicpChunk(primaries: number, transfer: number): Buffer {
  return pngChunk('cICP', Buffer.from([primaries, transfer, 0, 1]))
}

/** An AVIF or HEIC in Display P3 that says so by code points, where it had a profile. The rest of that box is not read. */
export function codedByPoints(file: Buffer): Buffer {
  const at = file.indexOf('colr', 0, 'latin1')
  const coded = Buffer.from(file)
  coded.write('nclx', at + 4, 'latin1')
  // Display P3, the curve of sRGB, the matrix of BT.601, full range: as the pixels are.
  for (const [index, value] of [12, 13, 6].entries()) coded.writeUInt16BE(value, at + 8 + 2 * index)
  coded[at + 14] = 0x80
  return coded
}

/** A segment of a JPEG: marker 0xe1 is APP1, 0xe2 APP2, 0xed APP13, 0xfe a comment. */
export function jpegSegment(marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(data.length + 2, 2)
  return Buffer.concat([head, data])
}

/** The JPEG with more segments, right after its first two bytes. */
export function withJpegSegments(jpeg: Buffer, ...segments: Buffer[]): Buffer {
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)])
}

/** The APP2 segments that carry a profile: numbered, as one segment holds 64 kB at most. */
export function iccSegments(profile: Buffer): Buffer[] {
  const most = 65_519
  const count = Math.max(1, Math.ceil(profile.length / most))
  return Array.from({ length: count }, (_, at) =>
    jpegSegment(
      0xe2,
      Buffer.concat([
        Buffer.from('ICC_PROFILE\0', 'latin1'),
        Buffer.from([at + 1, count]),
        profile.subarray(at * most, (at + 1) * most),
      ]),
    ),
  )
}

// ------------------------------------------------------------------------------------------------- colour chart

export interface Patch {
  /** Pixel values as they stand in the file, in the chart's own space. */
  rgb: Rgb
  /** What they mean. */
  lab: Lab
  /** Whether sRGB has this colour, and whether Display P3 does: a rendition that has not may only come near. */
  inSrgb: boolean
  inP3: boolean
  /** The middle of the patch, in pixels of the chart. */
  x: number
  y: number
}

export interface Chart {
  file: Buffer
  width: number
  height: number
  patches: Patch[]
}

/** Patches across and down, and their side in pixels. */
export const chartGrid = { columns: 6, rows: 5, patchPixels: 100 } as const

// Named by what they are in sRGB: the classic skin, sky, leaf and earth colours, strong ones and greys.
const everyday: Rgb[] = [
  [115, 82, 68],
  [194, 150, 130],
  [98, 122, 157],
  [87, 108, 67],
  [133, 128, 177],
  [103, 189, 170],
  [214, 126, 44],
  [80, 91, 166],
  [193, 90, 99],
  [94, 60, 108],
  [157, 188, 64],
  [224, 163, 46],
  [56, 61, 150],
  [70, 148, 73],
  [175, 54, 60],
  [231, 199, 31],
  [187, 86, 149],
  [243, 243, 242],
  [160, 160, 160],
  [85, 85, 85],
]

// Pixel values of the wide space itself: its corners, and flowers, neon and lagoons on the way there.
const vivid: Rgb[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 255, 255],
  [255, 0, 255],
  [255, 255, 0],
  [250, 60, 20],
  [40, 220, 60],
  [20, 190, 200],
  [240, 120, 10],
  [60, 160, 30],
]

function patchesOf(space: Exclude<Space, 'srgb'>): Patch[] {
  const { columns, patchPixels } = chartGrid
  const values = [...everyday.map((rgb) => each(converted(rgb, 'srgb', space), Math.round)), ...vivid]
  const within = (rgb: Rgb, other: Space) => converted(rgb, space, other).every((v) => v > -0.5 && v < 255.5)
  return values.map((rgb, at) => ({
    rgb,
    lab: labOf(rgb, space),
    inSrgb: within(rgb, 'srgb'),
    inP3: within(rgb, 'display-p3'),
    x: ((at % columns) + 0.5) * patchPixels,
    y: (Math.floor(at / columns) + 0.5) * patchPixels,
  }))
}

/**
 * Thirty patches whose colours are known, in a picture with a profile: twenty colours that sRGB has too, then ten from
 * the edge of the space. The pixels are written as they are and the profile is put beside them, so that nothing but the
 * numbers above decides what they mean.
 * @param format a PNG is exact; a JPEG is off by a step or so
 */
export async function colourChart(
  space: Exclude<Space, 'srgb'>,
  format: 'png' | 'jpeg' = 'png',
  withProfile = true,
): Promise<Chart> {
  const { columns, rows, patchPixels } = chartGrid
  const patches = patchesOf(space)
  const small = Buffer.from(patches.flatMap(({ rgb }) => [...rgb]))
  const [width, height] = [columns * patchPixels, rows * patchPixels]
  const drawn = sharp(small, { raw: { width: columns, height: rows, channels: 3 } }).resize(width, height, {
    kernel: 'nearest',
  })
  const profile = space === 'display-p3' ? await displayP3Profile() : adobeRgbProfile()
  if (format === 'png') {
    const png = await drawn.png().toBuffer()
    return { file: withProfile ? withPngChunks(png, iccpChunk(profile)) : png, width, height, patches }
  }
  const jpeg = await drawn.jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer()
  return { file: withProfile ? withJpegSegments(jpeg, ...iccSegments(profile)) : jpeg, width, height, patches }
}

/**
 * What became of the patches.
 * @param rendition of a chart, of whatever width; read as Display P3 where its profile says so, else as sRGB
 * @returns for each patch the difference from its true colour, by CIEDE2000
 */
export async function chartErrors(rendition: Buffer, patches: Patch[]): Promise<number[]> {
  const chartWidth = chartGrid.columns * chartGrid.patchPixels
  // No conversion: the question is what is in the file, so the profile is read and not applied.
  const { data, info } = await sharp(rendition, { ignoreIcc: true })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const space = (await isDisplayP3(rendition)) ? 'display-p3' : 'srgb'
  const scale = info.width / chartWidth
  const reach = Math.max(1, Math.floor(chartGrid.patchPixels * scale * 0.2))
  return patches.map((patch) => {
    const sum: [number, number, number] = [0, 0, 0]
    const [left, top] = [Math.round(patch.x * scale), Math.round(patch.y * scale)]
    let count = 0
    for (let y = top - reach; y < top + reach; y += 1)
      for (let x = left - reach; x < left + reach; x += 1) {
        const at = (y * info.width + x) * info.channels
        for (const channel of [0, 1, 2] as const) sum[channel] += data[at + channel] ?? Number.NaN
        count += 1
      }
    return deltaE2000(patch.lab, labOf([sum[0] / count, sum[1] / count, sum[2] / count], space))
  })
}

/** Whether a picture's profile has the primaries of Display P3, whoever wrote it. */
export async function isDisplayP3(picture: Buffer): Promise<boolean> {
  const { icc } = await sharp(picture).metadata()
  if (!icc) return false
  const wanted = toXyz['display-p3']
  return ['rXYZ', 'gXYZ', 'bXYZ'].every((name, column) => {
    for (let entry = 132; entry + 12 <= 132 + 12 * icc.readUInt32BE(128); entry += 12)
      if (icc.toString('latin1', entry, entry + 4) === name) {
        const at = icc.readUInt32BE(entry + 4) + 8
        return [0, 1, 2].every((row) => {
          const is = icc.readInt32BE(at + row * 4) / 65536
          return Math.abs(is - (wanted[row]?.[column] ?? Number.NaN)) < 0.003
        })
      }
    return false
  })
}

// ------------------------------------------------------------------------------------------------- rare formats

export interface OddPicture {
  name: string
  make: () => Promise<Buffer>
  width: number
  height: number
  /** What a viewer must see in the middle of the left and of the right half; over white where there is transparency. */
  left: Rgb
  right: Rgb
  /** By how much each value may be off, of 255: more for ink. */
  tolerance: number
}

const red: Rgb = [255, 0, 0]
const blue: Rgb = [0, 0, 255]

/** Left half and right half of these values, without conversion; of 16 bits if deep. */
export function halves(left: number[], right: number[], width = 600, height = 400, deep = false): Sharp {
  const channels = left.length as 1 | 2 | 3 | 4
  const row = Array.from({ length: width }, (_, x) => (x < width / 2 ? left : right)).flat()
  const line = deep ? Uint16Array.from(row) : Uint8Array.from(row)
  const all = deep ? new Uint16Array(line.length * height) : new Uint8Array(line.length * height)
  for (let y = 0; y < height; y += 1) all.set(line, y * line.length)
  return sharp(all, { raw: { width, height, channels } })
}

const plain = () => halves([...red], [...blue])

/** Grey of one bit a pixel, by hand: the right half white. */
function oneBitPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header.set([1, 0, 0, 0, 0], 8)
  const line = Buffer.alloc(1 + width / 8)
  line.fill(0xff, 1 + width / 16)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: height }, () => line)))),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

/** Several frames, of which the first is the red and blue one. */
function animation(): Promise<Buffer[]> {
  return Promise.all([plain(), halves([0, 255, 0], [0, 255, 0])].map((frame) => frame.png().toBuffer()))
}

// sharp writes AVIF of 8 bits only. This is plain() by libavif 0.11: avifenc -d 10 -y 444 -s 2 --min 20 --max 30
const tenBitAvif = [
  'AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUEAAADybWV0YQAAAAAAAAAoaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAGxpYmF2',
  'aWYAAAAADnBpdG0AAAAAAAEAAAAeaWxvYwAAAABEAAABAAEAAAABAAABGgAAALsAAAAoaWluZgAAAAAAAQAAABppbmZlAgAAAAABAABhdjAx',
  'Q29sb3IAAAAAamlwcnAAAABLaXBjbwAAABRpc3BlAAAAAAAAAlgAAAGQAAAAEHBpeGkAAAAAAwoKCgAAAAxhdjFDgSFAAAAAABNjb2xybmNs',
  'eAABAA0ABoAAAAAXaXBtYQAAAAAAAAABAAEEAQKDBAAAAMNtZGF0EgAKCjhmJXx7OAhoNIAyqgERkACACBEHwBwTKTKHnagsaquGD651+HG/',
  'mbsgZXsgrlTj0GJwE8U0D1hAuqTmNkTkhZEwDwLBfmhfYMPAr1lRgDRLuNMnmQosPDHxLD3CQQtH/DRMkMEs+lE5wCE4nEmZH63s44eAhnmS',
  'CGVMM8uaJhJWQZw6WxSAjyt4RRAlkstP3BbC+xKYjaAPvzvFZ0akncTO3opNZxZeiVUPPsXY5/d68gaydbmYoA==',
].join('')

// Of one channel: 60 left, 200 right. avifenc -y 400 -s 6
const greyAvif = [
  'AAAAHGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZgAAAPBtZXRhAAAAAAAAAChoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAbGliYXZpZgAAAAAO',
  'cGl0bQAAAAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAEUAAAAYgAAAChpaW5mAAAAAAABAAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAABo',
  'aXBycAAAAElpcGNvAAAAFGlzcGUAAAAAAAACWAAAAZAAAAAOcGl4aQAAAAABCAAAAAxhdjFDgQEcAAAAABNjb2xybmNseAABAA0ABoAAAAAXaXBt',
  'YQAAAAAAAAABAAEEAQKDBAAAAGptZGF0EgAKChhmJXx7DAQ0GoAyUhGQBhhAtQfFlaYKQ9f4nnz2MTBcmGcoXPQfA9gR+V8as0k8rMRl4b/TI6+G',
  'h+JPNipvhu3N2fxxPBfuTf24zkUkIUBU+RyGTUaf9Xpg9XJIRMA=',
].join('')

/** Good pictures that few cameras make, each of which must come out right. */
export const oddPictures: readonly OddPicture[] = [
  // How a press prints pure red and blue is for its profile to say: both come out duller, and blue rather dark.
  ...[true, false].map((withProfile) => ({
    name: `a CMYK JPEG ${withProfile ? 'with' : 'without'} a profile`,
    make: async () => {
      const jpeg = plain().toColourspace('cmyk').jpeg({ quality: 95 })
      return (withProfile ? jpeg.withIccProfile('cmyk') : jpeg).toBuffer()
    },
    width: 600,
    height: 400,
    left: [228, 16, 14] as const,
    right: [31, 62, 130] as const,
    tolerance: 30,
  })),
  ...(
    [
      [
        'a grey JPEG',
        () => halves([60], [200]).toColourspace('b-w').jpeg({ quality: 95 }),
        [60, 60, 60],
        [200, 200, 200],
        4,
      ],
      ['a progressive JPEG', () => plain().jpeg({ quality: 95, progressive: true }), red, blue, 4],
      [
        'a grey PNG with transparency',
        () => halves([60, 255], [60, 0]).toColourspace('b-w').png(),
        [60, 60, 60],
        [255, 255, 255],
        4,
      ],
      [
        'a PNG of 16 bits',
        () => halves([65535, 0, 0], [0, 0, 65535], 600, 400, true).toColourspace('rgb16').png(),
        red,
        blue,
        4,
      ],
      [
        'a grey PNG of 16 bits',
        () =>
          halves([60 * 257], [200 * 257], 600, 400, true)
            .toColourspace('grey16')
            .png(),
        [60, 60, 60],
        [200, 200, 200],
        4,
      ],
      [
        'a PNG with a palette and transparency',
        () => halves([255, 0, 0, 255], [0, 0, 255, 0]).png({ palette: true }),
        red,
        [255, 255, 255],
        4,
      ],
      ['an interlaced PNG', () => plain().png({ progressive: true }), red, blue, 4],
      ['a WebP without loss', () => plain().webp({ lossless: true }), red, blue, 4],
      [
        'a WebP with transparency',
        () => halves([255, 0, 0, 255], [0, 0, 255, 0]).webp({ quality: 95 }),
        red,
        [255, 255, 255],
        6,
      ],
      ['an AVIF of 8 bits', () => plain().avif({ quality: 90, effort: 1 }), red, blue, 6],
      ['an AVIF of 4:2:0', () => plain().avif({ quality: 90, effort: 1, chromaSubsampling: '4:2:0' }), red, blue, 6],
      [
        'an AVIF with transparency',
        () => halves([255, 0, 0, 255], [0, 0, 255, 0]).avif({ quality: 90, effort: 1 }),
        red,
        [255, 255, 255],
        6,
      ],
      ['a GIF', () => plain().gif(), red, blue, 4],
      ['a GIF with transparency', () => halves([255, 0, 0, 255], [0, 0, 255, 0]).gif(), red, [255, 255, 255], 4],
      [
        'a PNG of 16 bits with transparency',
        () => halves([65535, 0, 0, 65535], [0, 0, 65535, 0], 600, 400, true).toColourspace('rgb16').png(),
        red,
        [255, 255, 255],
        4,
      ],
      [
        'a grey TIFF of 16 bits',
        () =>
          halves([60 * 257], [200 * 257], 600, 400, true)
            .toColourspace('grey16')
            .tiff({ compression: 'lzw' }),
        [60, 60, 60],
        [200, 200, 200],
        4,
      ],
      [
        'a TIFF with transparency',
        () => halves([255, 0, 0, 255], [0, 0, 255, 0]).tiff({ compression: 'lzw' }),
        red,
        [255, 255, 255],
        4,
      ],
      [
        'a TIFF of one bit, as faxes are',
        () => halves([0], [255]).toColourspace('b-w').tiff({ bitdepth: 1, compression: 'ccittfax4', miniswhite: true }),
        [0, 0, 0],
        [255, 255, 255],
        4,
      ],
      [
        'a CMYK TIFF',
        () => plain().toColourspace('cmyk').tiff({ compression: 'lzw' }),
        [228, 16, 14],
        [31, 62, 130],
        30,
      ],
      ['a TIFF in L*a*b*', () => plain().toColourspace('lab').tiff({ compression: 'lzw' }), red, blue, 4],
      [
        'a TIFF of 16 bits',
        () =>
          halves([65535, 0, 0], [0, 0, 65535], 600, 400, true).toColourspace('rgb16').tiff({ compression: 'deflate' }),
        red,
        blue,
        4,
      ],
      ['a TIFF packed by LZW', () => plain().tiff({ compression: 'lzw' }), red, blue, 4],
      ['a TIFF packed by deflate', () => plain().tiff({ compression: 'deflate' }), red, blue, 4],
      ['a TIFF packed as JPEG', () => plain().tiff({ compression: 'jpeg', quality: 95 }), red, blue, 6],
      ['a TIFF in tiles', () => plain().tiff({ compression: 'lzw', tile: true }), red, blue, 4],
    ] as [string, () => Sharp, Rgb, Rgb, number][]
  ).map(([name, draw, left, right, tolerance]) => ({
    name,
    make: () => draw().toBuffer(),
    width: 600,
    height: 400,
    left,
    right,
    tolerance,
  })),
  {
    name: 'an AVIF of 10 bits',
    make: async () => Buffer.from(tenBitAvif, 'base64'),
    width: 600,
    height: 400,
    left: red,
    right: blue,
    tolerance: 6,
  },
  {
    name: 'a grey AVIF',
    make: async () => Buffer.from(greyAvif, 'base64'),
    width: 600,
    height: 400,
    left: [60, 60, 60],
    right: [200, 200, 200],
    tolerance: 6,
  },
  {
    name: 'a HEIC',
    make: () => readFile(new URL('./fixtures/red-and-blue.heic', import.meta.url)),
    width: 600,
    height: 400,
    left: red,
    right: blue,
    tolerance: 6,
  },
  {
    name: 'a PNG of one bit',
    make: async () => oneBitPng(640, 400),
    width: 640,
    height: 400,
    left: [0, 0, 0],
    right: [255, 255, 255],
    tolerance: 4,
  },
  ...(
    [
      ['a TIFF of several pages', (frames: Sharp) => frames.tiff({ compression: 'lzw' })],
      ['an animated GIF', (frames: Sharp) => frames.gif({ delay: [80, 80] })],
      ['an animated WebP', (frames: Sharp) => frames.webp({ quality: 95, delay: [80, 80] })],
    ] as const
  ).map(([name, write]) => ({
    name,
    make: async () => write(sharp(await animation(), { join: { animated: true } })).toBuffer(),
    width: 600,
    height: 400,
    left: red,
    right: blue,
    tolerance: 6,
  })),
]

// --------------------------------------------------------------------------------------------------- a darkroom

/** What came of a photo. */
export interface Prints {
  answer: Answer
  /** What was told with the first part; undefined if there was none. */
  developed: Developed | undefined
  /** All renditions by the names of their files, those of the first part first. */
  files: Map<string, Buffer>
  /** The names of those that were there when the first part was told. */
  first: string[]
}

/** The decoder of the product, with its own processes, and folders for what it is given and what it gives. */
export interface Darkroom {
  /** Lays a photo where the decoder finds it. */
  lay(file: Buffer): Promise<string>
  develop(file: Buffer, order?: Partial<DevelopOrder>): Promise<Prints>
  /** The same with AVIF, which is told apart: 1 is quick, and enough for most tests. */
  developAvif(file: Buffer, order?: Partial<AvifOrder>): Promise<Prints>
  close(): Promise<void>
}

export async function openDarkroom(): Promise<Darkroom> {
  const root = await mkdtemp(join(tmpdir(), 'gramstack-darkroom-'))
  const decoder = openDecoder({ memory: new Budget(2 ** 32) })
  let count = 0
  const path = (name: string) => join(root, `${++count}-${name}`)
  const folder = async (name: string) => {
    const made = path(name)
    await mkdir(made)
    return made
  }
  const lay = async (file: Buffer) => {
    const laid = path('photo')
    await writeFile(laid, file)
    return laid
  }
  const filesIn = async (...folders: string[]) => {
    const files = new Map<string, Buffer>()
    for (const from of folders)
      for (const name of (await readdir(from)).sort()) files.set(name, await readFile(join(from, name)))
    return files
  }
  const common = async (file: Buffer) => ({
    input: await lay(file),
    focal: { x: 0.5, y: 0.5 },
    edits: null,
    maxPixels: 1e8,
  })

  return {
    lay,
    async develop(file, order = {}) {
      const [feedFolder, restFolder] = [await folder('feed'), await folder('rest')]
      let developed: Developed | undefined
      let first: string[] = []
      const whole = { task: 'develop', feedFolder, restFolder, isFeedDone: false, ...(await common(file)) } as const
      const answer = await decoder.develop({ ...whole, ...order }, async (told) => {
        developed = told
        first = [...(await filesIn(feedFolder, restFolder)).keys()]
      })
      return { answer, developed, first, files: await filesIn(feedFolder, restFolder) }
    },
    async developAvif(file, order = {}) {
      const into = await folder('avif')
      const whole = { task: 'avif', folder: into, effort: 1, ...(await common(file)) } as const
      const answer = await decoder.develop({ ...whole, ...order })
      return { answer, developed: undefined, first: [], files: await filesIn(into) }
    },
    async close() {
      decoder.stop()
      await rm(root, { recursive: true, force: true })
    },
  }
}

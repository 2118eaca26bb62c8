import type { ChildProcess } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { constants, crc32, deflateRawSync, deflateSync, inflateRawSync } from 'node:zlib'
import sharp from 'sharp'
import { rows, sql } from '../src/db/sql.ts'
import type { House } from './house.ts'
import { iccpChunk, iccSegments, jpegSegment, pngChunk, withJpegSegments, withPngChunks } from './odd-pictures.ts'

/** Files that somebody might upload to do harm, or that a phone with a full disk sends: made by code, small and fast. */

/**
 * What becomes of a file: refused with a sentence; accepted as a photo; or either, as long as nobody comes to harm.
 * Measured with sharp 0.35.5, its limit at 100 million pixels, failOn 'error', and the decoders for JPEG, PNG, WebP,
 * AVIF, GIF and TIFF.
 */
export type Expectation = 'refused' | 'either' | 'accepted'

export type RefusedWith = 413 | 415 | 422

export interface HostileFile {
  group: string
  name: string
  make: () => Promise<Buffer> | Buffer
  expect: Expectation
  /** With what a refused one is answered: 413 too large, 415 no photo, 422 damaged. */
  status?: RefusedWith
  /** Stands in the file as ASCII, and must not be found in any rendition. */
  marker?: string
}

// ------------------------------------------------------------------------------------------------------- pieces

export const goodFormats = ['jpeg', 'progressive jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const
export type GoodFormat = (typeof goodFormats)[number]

const goodFiles = new Map<GoodFormat, Promise<Buffer>>()

/** A picture with something to see everywhere, so that what is cut off is missed: 240 × 180, a few kB. */
export function goodFile(format: GoodFormat): Promise<Buffer> {
  const file = goodFiles.get(format) ?? draw(format)
  goodFiles.set(format, file)
  return file
}

function draw(format: GoodFormat): Promise<Buffer> {
  const [width, height] = [240, 180]
  const pixels = Buffer.alloc(width * height * 3)
  // Waves rather than chance: the same on every run. In steps, so that a palette holds them.
  for (let at = 0; at < pixels.length; at += 1) {
    const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)]
    pixels[at] = Math.round(4 + 2 * Math.sin(x / 9 + (at % 3)) + 2 * Math.sin(y / 7 + x / 30)) * 30
  }
  const picture = sharp(pixels, { raw: { width, height, channels: 3 } })
  switch (format) {
    case 'jpeg':
      return picture.jpeg({ quality: 70 }).toBuffer()
    case 'progressive jpeg':
      return picture.jpeg({ quality: 70, progressive: true }).toBuffer()
    case 'avif':
      return picture.avif({ effort: 0 }).toBuffer()
    case 'tiff':
      return picture.tiff({ compression: 'lzw' }).toBuffer()
    default:
      return picture.toFormat(format).toBuffer()
  }
}

const u16 = (value: number) => Buffer.from([value & 255, value >> 8])
const u32 = (value: number) => {
  const out = Buffer.alloc(4)
  out.writeUInt32LE(value)
  return out
}
const ascii = (text: string) => Buffer.from(text, 'latin1')

/** Bytes without a pattern, the same on every run. */
function noise(length: number): Buffer {
  const out = Buffer.alloc(length)
  let state = 0x2545f491
  for (let at = 0; at < length; at += 1) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    out[at] = state & 255
  }
  return out
}

/**
 * That many zeros, as zlib packs them, without the work of packing: deflate comes to 1 : 1,030 and no further, so a
 * hundred megabytes are a hundred kilobytes.
 */
function zlibZeros(length: number): Buffer {
  const most = 1 << 20
  const packed = deflateRawSync(Buffer.alloc(most), { level: 9, finishFlush: constants.Z_SYNC_FLUSH })
  const sum = Buffer.alloc(4)
  // Adler-32: its low half stays 1, its high half counts.
  sum.writeUInt16BE(length % 65_521)
  sum.writeUInt16BE(1, 2)
  return Buffer.concat([
    Buffer.from([0x78, 0xda]),
    ...Array.from({ length: Math.floor(length / most) }, () => packed),
    deflateRawSync(Buffer.alloc(length % most), { level: 9 }),
    sum,
  ])
}

interface PngClaim {
  width: number
  height: number
  bits?: number
  /** 0 grey, 2 RGB, 6 RGB with transparency. */
  colour?: number
  interlaced?: boolean
  /** What IDAT holds. */
  packed: Buffer
}

function png({ width, height, bits = 1, colour = 0, interlaced = false, packed }: PngClaim): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header.set([bits, colour, 0, 0, interlaced ? 1 : 0], 8)
  return Buffer.concat([
    ascii('\x89PNG\r\n\x1a\n'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', packed),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

/** A real PNG, black, of one bit a pixel: 8 million pixels a kilobyte. */
function blackPng(width: number, height: number): Buffer {
  return png({ width, height, packed: zlibZeros(height * (1 + Math.ceil(width / 8))) })
}

/** How many bytes an interlaced PNG of that side unpacks to. */
function interlacedLength(side: number, bytesPerPixel: number): number {
  const passes = [
    [0, 8, 0, 8],
    [4, 8, 0, 8],
    [0, 4, 4, 8],
    [2, 4, 0, 4],
    [0, 2, 2, 4],
    [1, 2, 0, 2],
    [0, 1, 1, 2],
  ] as const
  return passes.reduce(
    (sum, [x, stepX, y, stepY]) =>
      sum + Math.ceil((side - y) / stepY) * (1 + bytesPerPixel * Math.ceil((side - x) / stepX)),
    0,
  )
}

/** A real WebP without loss, black: every pixel takes no bit at all, so 24 bytes hold any size. */
function blackWebp(width: number, height: number): Buffer {
  const bits: number[] = []
  const put = (value: number, count: number) => {
    for (let bit = 0; bit < count; bit += 1) bits.push((value >> bit) & 1)
  }
  put(width - 1, 14)
  put(height - 1, 14)
  put(0, 1 + 3)
  // No transform, no colour cache, one group of codes; five codes, each with one symbol, 0, told in one bit.
  put(0, 3)
  for (let code = 0; code < 5; code += 1) put(0b0001, 4)
  const packed = Buffer.alloc(Math.ceil(bits.length / 8) + 4)
  bits.forEach((bit, at) => {
    packed[at >> 3] = (packed[at >> 3] ?? 0) | (bit << (at & 7))
  })
  return riff(['VP8L', Buffer.concat([Buffer.from([0x2f]), packed])])
}

function riff(...chunks: [name: string, data: Buffer][]): Buffer {
  const body = Buffer.concat(
    chunks.flatMap(([name, data]) => [ascii(name), u32(data.length), data, Buffer.alloc(data.length & 1)]),
  )
  return Buffer.concat([ascii('RIFF'), u32(body.length + 4), ascii('WEBP'), body])
}

/** A WebP whose canvas says one thing while its picture says another. */
async function webpWithCanvas(width: number, height: number): Promise<Buffer> {
  const good = await goodFile('webp')
  const canvas = Buffer.alloc(10)
  canvas.writeUIntLE(Math.max(0, width - 1), 4, 3)
  canvas.writeUIntLE(Math.max(0, height - 1), 7, 3)
  return riff(['VP8X', canvas], ['VP8 ', good.subarray(20)])
}

/** GIF: a screen, two colours, and frames of one pixel. */
function gif(width: number, height: number, frames = 1, frameWidth = 1, frameHeight = 1): Buffer {
  const frame = Buffer.concat([
    Buffer.from([0x21, 0xf9, 4, 0, 2, 0, 0, 0, 0x2c, 0, 0, 0, 0]),
    u16(frameWidth),
    u16(frameHeight),
    Buffer.from([0, 2, 2, 0x44, 0x01, 0]),
  ])
  return Buffer.concat([
    ascii('GIF89a'),
    u16(width),
    u16(height),
    Buffer.from([0x80, 0, 0, 255, 0, 0, 0, 0, 255]),
    ...(frames > 1 ? [Buffer.from([0x21, 0xff, 11]), ascii('NETSCAPE2.0'), Buffer.from([3, 1, 0, 0, 0])] : []),
    ...Array.from({ length: frames }, () => frame),
    Buffer.from([0x3b]),
  ])
}

type Entry = [tag: number, type: 'ascii' | 'short' | 'long' | 'rational' | 'bytes', value: string | number[] | Buffer]

const kinds = { ascii: 2, short: 3, long: 4, rational: 5, bytes: 7 } as const

/** A directory of TIFF, which EXIF is too: its entries, then what did not fit into them. */
function directory(at: number, entries: Entry[], next = 0): Buffer {
  const after: Buffer[] = []
  let free = at + 6 + 12 * entries.length
  const rows = [...entries]
    .sort(([a], [b]) => a - b)
    .map(([tag, type, value]) => {
      const data =
        typeof value === 'string'
          ? ascii(type === 'ascii' ? `${value}\0` : value)
          : Buffer.isBuffer(value)
            ? value
            : Buffer.concat(value.map((number) => (type === 'short' ? u16(number) : u32(number))))
      const size = { ascii: 1, short: 2, long: 4, rational: 8, bytes: 1 }[type]
      let field = data
      if (data.length > 4) {
        field = u32(free)
        const padded = Buffer.concat([data, Buffer.alloc(data.length & 1)])
        after.push(padded)
        free += padded.length
      }
      return Buffer.concat([
        u16(tag),
        u16(kinds[type]),
        u32(data.length / size),
        field,
        Buffer.alloc(Math.max(0, 4 - field.length)),
      ])
    })
  return Buffer.concat([u16(entries.length), ...rows, u32(next), ...after])
}

const littleEndian = Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0])

interface Exif {
  main?: Entry[]
  photo?: Entry[]
  gps?: Entry[]
  thumbnail?: Buffer
}

/** The payload of an APP1 segment. */
function exif({ main = [], photo = [], gps = [], thumbnail }: Exif): Buffer {
  // Twice: where the inner directories lie is known once the outer one has its length.
  const build = (photoAt: number, gpsAt: number, thumbnailAt: number) => {
    const first = directory(8, [...main, [0x8769, 'long', [photoAt]], [0x8825, 'long', [gpsAt]]], thumbnailAt)
    const second = directory(photoAt, photo)
    const third = directory(gpsAt, gps)
    return { first, second, third }
  }
  const { first, second, third } = build(0, 0, 0)
  const photoAt = 8 + first.length
  const gpsAt = photoAt + second.length
  const thumbnailAt = gpsAt + third.length
  const parts = build(photoAt, gpsAt, thumbnail ? thumbnailAt : 0)
  const fourth = (dataAt: number) =>
    directory(thumbnailAt, [
      [0x0103, 'short', [6]],
      [0x0201, 'long', [dataAt]],
      [0x0202, 'long', [thumbnail?.length ?? 0]],
    ])
  return Buffer.concat([
    ascii('Exif\0\0'),
    littleEndian,
    parts.first,
    parts.second,
    parts.third,
    ...(thumbnail ? [fourth(thumbnailAt + fourth(0).length), thumbnail] : []),
  ])
}

const withSegments = async (...segments: Buffer[]) => withJpegSegments(await goodFile('jpeg'), ...segments)
const withExif = async (payload: Buffer) => withSegments(jpegSegment(0xe1, payload))

/** A TIFF of one strip, or of one tile: grey unless told otherwise. */
function tiff(
  width: number,
  height: number,
  compression: number,
  data: Buffer,
  bits: number[] = [8],
  more: Entry[] = [],
  isTiled = false,
): Buffer {
  const entries = (dataAt: number): Entry[] => [
    [256, 'long', [width]],
    [257, 'long', [height]],
    [258, 'short', bits],
    [259, 'short', [compression]],
    [262, 'short', [bits.length > 1 ? 2 : 1]],
    ...((isTiled
      ? [
          [322, 'long', [width]],
          [323, 'long', [height]],
          [324, 'long', [dataAt]],
          [325, 'long', [data.length]],
        ]
      : [
          [273, 'long', [dataAt]],
          [278, 'long', [height]],
          [279, 'long', [data.length]],
        ]) as Entry[]),
    [277, 'short', [bits.length]],
    ...more,
  ]
  const at = 8 + directory(8, entries(0)).length
  return Buffer.concat([littleEndian, directory(8, entries(at)), data])
}

/** Pages that are all the same small picture, one directory after the other. */
function manyPages(count: number): Buffer {
  const first = tiff(8, 8, 1, Buffer.alloc(64, 128))
  const page = first.subarray(8, -64)
  const pages = Array.from({ length: count }, (_, at) => {
    const copy = Buffer.from(page)
    copy.writeUInt32LE(at + 1 < count ? 8 + page.length * (at + 1) : 0, page.length - 4)
    // Every strip is the first one's, which now lies after the last page.
    copy.writeUInt32LE(8 + page.length * count, 2 + 12 * 5 + 8)
    return copy
  })
  return Buffer.concat([first.subarray(0, 8), ...pages, first.subarray(-64)])
}

const deflated = 8
const lzw = 5

/** Where a JPEG's frame header is: the marker's second byte. */
function frameHeader(jpeg: Buffer): number {
  for (let at = 2; at + 4 < jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2)) {
    const marker = jpeg[at + 1] ?? 0
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return at + 1
  }
  throw new Error('no frame header')
}

interface FrameClaim {
  marker?: number
  bits?: number
  width?: number
  height?: number
}

/** A good JPEG whose frame header says something else. */
async function jpegClaiming(claim: FrameClaim, format: 'jpeg' | 'progressive jpeg' = 'jpeg'): Promise<Buffer> {
  const jpeg = Buffer.from(await goodFile(format))
  const at = frameHeader(jpeg)
  if (claim.marker !== undefined) jpeg[at] = claim.marker
  if (claim.bits !== undefined) jpeg[at + 3] = claim.bits
  if (claim.height !== undefined) jpeg.writeUInt16BE(claim.height, at + 4)
  if (claim.width !== undefined) jpeg.writeUInt16BE(claim.width, at + 6)
  return jpeg
}

/** A progressive JPEG that goes over the same grey plane again and again: each scan is 110 bytes and millions of blocks. */
function manyScans(width: number, height: number, scans: number): Buffer {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8)
  // The only code is a run of 32,767 empty blocks: a 0, then fourteen 1s.
  const runs = '011111111111111'.repeat(Math.ceil(blocks / 32_767))
  const scan: number[] = []
  for (const byte of runs.match(/.{1,8}/g) ?? []) {
    const value = Number.parseInt(byte.padEnd(8, '1'), 2)
    scan.push(value, ...(value === 255 ? [0] : []))
  }
  const head = Buffer.from([8, 0, 0, 0, 0, 1, 1, 0x11, 0])
  head.writeUInt16BE(height, 1)
  head.writeUInt16BE(width, 3)
  const table = (kind: number, symbol: number) =>
    jpegSegment(0xc4, Buffer.from([kind, 1, ...Array.from({ length: 15 }, () => 0), symbol]))
  const pass = Buffer.concat([jpegSegment(0xda, Buffer.from([1, 1, 0x10, 1, 63, 0])), Buffer.from(scan)])
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    jpegSegment(0xdb, Buffer.from([0, ...Array.from({ length: 64 }, () => 1)])),
    jpegSegment(0xc2, head),
    table(0x00, 0),
    table(0x10, 0xe0),
    ...Array.from({ length: scans }, () => pass),
    Buffer.from([0xff, 0xd9]),
  ])
}

/** An AVIF or HEIC whose box of dimensions says something else. */
function withIspe(file: Buffer, width: number, height: number): Buffer {
  const out = Buffer.from(file)
  const at = out.indexOf('ispe')
  out.writeUInt32BE(width, at + 8)
  out.writeUInt32BE(height, at + 12)
  return out
}

/** A ZIP with one file in it, stored: what a JAR is. */
function zip(name: string, content: Buffer): Buffer {
  const common = Buffer.concat([
    Buffer.from([20, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    u32(crc32(content)),
    u32(content.length),
    u32(content.length),
    u16(name.length),
    u16(0),
  ])
  const local = Buffer.concat([ascii('PK\x03\x04'), common, ascii(name), content])
  const central = Buffer.concat([ascii('PK\x01\x02'), u16(20), common, Buffer.alloc(14), ascii(name)])
  return Buffer.concat([
    local,
    central,
    ascii('PK\x05\x06'),
    Buffer.from([0, 0, 0, 0, 1, 0, 1, 0]),
    u32(central.length),
    u32(local.length),
    u16(0),
  ])
}

// Made once, as it takes four seconds: sharp({ create: { width: 9900, height: 9900, channels: 3, background: '#336699' } })
// .avif({ effort: 0, quality: 30 }), then deflateRawSync().
const flatAvif = [
  'Y2BgkEkrqSxILMtMYwCC3Mw0QxA7NzMRxL+Wm1qSyAABihkpOUVQNkNBZnIJAxpQyszJTwYxXBwYGIEQBH5BaQZ2cSChnJmZB7YGLCoK5KQy',
  'QXmJZQaGICZfQWZJLlxJWGZBUQGQtsgsSM4H0jyJZYbOjfZgTSKZxQWpEMPV1kAwg0BBZkUmSISZg4MDSIllFuTC3A90EnMjEzPQKfK5KYkl',
  'Qgxc3Pbf01bPWruExUTKwaiVT/iMU9KTl8tmJSYnODCknD+l9V2yyvxvo9anVUGW0aGztfmyvY+cbZmV2VGuqsg62eZV6K9oxqlHWX4xX/zO',
  'pq8ype5k8qmcW24hzhV+Lx/E/k1ZNqXjicf9o23LXhwyFNHqOO116X8Yk1y476wjnwPcfkWXVwvHR6SeP+WS/KfhuVb3o2Mh4ZxPNDdW7p/k',
  '97ap4uQ1FbZS85RN3+bMWuztrWj4fY7jhVb5uTevtlpe8/ny2P8hu4KFwELfFP/jJ3yVdJZvNcj6PJP1jO/36n0HE354nlpxYVFlgtEy553/',
  'A7aWKgjQyZomcq15c5D53o+oE/fnXm1JuPEvdQNX+GSb6RrMiXLNnfvbiuyNjmt4XDzhuuS63lnOTt7d0x+aN37+Yr7RPTRGbenyyWWb5mT1',
  'HfBqurhxh2NbA5pXH6fVO39ii9+nxebM/iP+Q+tMni/vdn7KiTLUM5vwbnmQvXWxZ4mrcoFzygRWt1yTm0/331ZwPnlYarOHFfehJTOsgzVF',
  't5n6lr1IMmEPzntxmk9osnfz0+9f9BbEAq0JU/3Rr5KuadrMw3fz0uKXZfusGje+VJ7M+NHDQjzgeeCFxfeDf/95Xuame7FXt6T/TrZ7f3FA',
  '0gphs/osHzZR5jRT1t8TP+ypMJJVb9z93sGn+zfjxSM56Xx7psw69YDGxleRbny9TV9Av8qlqiUBhp6uG0Llzm79npp6yUKtjN9dcp36msr8',
  'VZveu66+E8RYyTDR9t/8GSv6uI5uFP9y4fgmzgWb66LP3tueYR3i9SJ1NIIGewQ10iGCfvC6nbpf9/Sy2syzeV83frc4cKr/aaDruaC5KS/5',
  'Ztxor6Rh6M5LOvzua+0UHu7dxu8nfcmcXuEY9UzId6rjx7DTf1eFDaTVAxTnPk+ObRReIvhL+pEi89s9AA==',
].join('')

function movingWebp(): Promise<Buffer> {
  const [width, height, frames] = [32, 24, 50]
  const pixels = Buffer.alloc(width * height * frames * 3)
  for (let at = 0; at < pixels.length; at += 1) pixels[at] = (Math.floor(at / (width * height * 3)) * 89) & 255
  return sharp(pixels, { raw: { width, height: height * frames, channels: 3, pageHeight: height } })
    .webp({ loop: 0 })
    .toBuffer()
}

const heicFixture = () => readFile(new URL('fixtures/red-and-blue.heic', import.meta.url))

/**
 * A good file, cut off after 10 % of its bytes, 20 %, and so on to 90 %.
 * @returns ascending
 */
export async function truncations(format: GoodFormat): Promise<{ percent: number; file: Buffer }[]> {
  const good = await goodFile(format)
  return [10, 20, 30, 40, 50, 60, 70, 80, 90].map((percent) => ({ percent, file: cut(good, percent) }))
}

const cut = (file: Buffer, percent: number) => file.subarray(0, Math.floor((file.length * percent) / 100))

// ------------------------------------------------------------------------------------------------------- groups

type Row = [
  name: string,
  make: HostileFile['make'],
  expect: Exclude<Expectation, 'refused'> | RefusedWith,
  marker?: string,
]

const tenths = [10, 20, 30, 40, 50, 60, 70, 80, 90]

/** Cut off: what uploads look like whose sender went away, or whose disk was full. */
function truncated(): Row[] {
  const pages = (frames: number) => gif(8, 8, frames)
  const greyTiff = () => tiff(64, 64, 1, noise(64 * 64))
  return [
    ...goodFormats.flatMap((format) =>
      tenths.map(
        (percent): Row => [`${format}, cut after ${percent} %`, async () => cut(await goodFile(format), percent), 422],
      ),
    ),
    ...tenths.map(
      (percent): Row => [`HEIC, cut after ${percent} %`, async () => cut(await heicFixture(), percent), 422],
    ),
    ...goodFormats.map(
      (format): Row => [
        `${format} without its last two bytes`,
        async () => (await goodFile(format)).subarray(0, -2),
        // Of these two only the mark of the end is missing, and nothing of the picture.
        format === 'jpeg' || format === 'png' ? 'either' : 422,
      ],
    ),
    // With the directory in front, as scanners write it; sharp puts it at the end.
    ...[50, 90, 99].map(
      (percent): Row => [
        `tiff with its directory in front, cut after ${percent} %`,
        () => cut(greyTiff(), percent),
        422,
      ],
    ),
    // Some programs close what they could not finish: to a decoder the rest is grey.
    ...(['jpeg', 'progressive jpeg'] as const).map(
      (format): Row => [
        `${format}, cut after 50 % and closed`,
        async () => Buffer.concat([cut(await goodFile(format), 50), Buffer.from([0xff, 0xd9])]),
        'either',
      ],
    ),
    ['animated gif, cut after 50 %', () => cut(pages(1000), 50), 'either'],
    ['animated webp, cut after 50 %', async () => cut(await movingWebp(), 50), 422],
  ]
}

/** First bytes that don't fit the rest, and nearly nothing. */
function wrongMagic(): Row[] {
  const startingWith = (head: Buffer, format: GoodFormat) => async () => {
    const good = await goodFile(format)
    return Buffer.concat([head, good.subarray(head.length)])
  }
  const pngHead = ascii('\x89PNG\r\n\x1a\n')
  return [
    ['nothing', () => Buffer.alloc(0), 422],
    ['one byte', () => Buffer.from([0xff]), 415],
    ['the first three bytes of a JPEG', () => Buffer.from([0xff, 0xd8, 0xff]), 422],
    ['the first bytes of a PNG', () => pngHead, 422],
    ['a JPEG with the first bytes of a PNG', startingWith(pngHead, 'jpeg'), 422],
    ['a PNG with the first bytes of a JPEG', startingWith(Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'png'), 422],
    ['a PNG with the first bytes of a GIF', startingWith(ascii('GIF89a'), 'png'), 422],
    [
      'a WebP that says it is a WAVE',
      startingWith(Buffer.concat([ascii('RIFF'), u32(9999), ascii('WAVE')]), 'webp'),
      415,
    ],
    ['a JPEG after an empty line', async () => Buffer.concat([ascii('\r\n'), await goodFile('jpeg')]), 415],
    ['a kilobyte of noise', () => noise(1000), 415],
    [
      'noise with the first bytes of a JPEG',
      () => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), noise(5000)]),
      422,
    ],
    ['noise with the first bytes of a PNG', () => Buffer.concat([pngHead, noise(5000)]), 422],
    ['noise with the first bytes of a GIF', () => Buffer.concat([ascii('GIF89a'), noise(5000)]), 422],
    ['noise with the first bytes of a TIFF', () => Buffer.concat([littleEndian, noise(5000)]), 422],
    [
      'noise with the first bytes of a WebP',
      () => Buffer.concat([ascii('RIFF'), u32(5004), ascii('WEBPVP8 '), noise(5000)]),
      422,
    ],
    [
      'noise with the first bytes of an AVIF',
      () => Buffer.concat([Buffer.from([0, 0, 0, 32]), ascii('ftypavif'), noise(5000)]),
      422,
    ],
    ['zeros', () => Buffer.alloc(100_000), 415],
  ]
}

const payload = "<html><script>alert('PolyglotPayload')</script></html>"

/** Still pictures, and something else besides: welcome, as long as the something else goes nowhere. */
function polyglots(): Row[] {
  const marker = 'PolyglotPayload'
  const script = ascii(`/*PolyglotPayload*/;alert(1)//`)
  return [
    ['a JPEG with HTML in a comment', () => withSegments(jpegSegment(0xfe, ascii(payload))), 'accepted', marker],
    [
      'a JPEG with HTML after its end',
      async () => Buffer.concat([await goodFile('jpeg'), ascii(payload)]),
      'accepted',
      marker,
    ],
    // Its first segment is as long as the characters that follow, so that a script may begin with it.
    [
      'a JPEG that is JavaScript too',
      async () => {
        const [good, text] = [await goodFile('jpeg'), Buffer.alloc(0x2f2a - 2, ' ')]
        text.write('*/=1;alert("PolyglotPayload");/*', 'latin1')
        return Buffer.concat([
          good.subarray(0, 2),
          Buffer.from([0xff, 0xe4, 0x2f, 0x2a]),
          text,
          good.subarray(2),
          ascii('*/'),
        ])
      },
      'accepted',
      marker,
    ],
    [
      'a PNG with JavaScript after its end',
      async () => Buffer.concat([await goodFile('png'), script]),
      'accepted',
      marker,
    ],
    [
      'a PNG with HTML in a text chunk',
      async () => withPngChunks(await goodFile('png'), pngChunk('tEXt', ascii(`Comment\0${payload}`))),
      'accepted',
      marker,
    ],
    [
      'a PNG with PHP in a chunk of its own',
      async () => withPngChunks(await goodFile('png'), pngChunk('phPp', ascii("<?php echo 'PolyglotPayload' ?>"))),
      'accepted',
      marker,
    ],
    [
      'a GIF that is a JAR too',
      async () => Buffer.concat([await goodFile('gif'), zip('Main.class', ascii(marker))]),
      'accepted',
      marker,
    ],
    // The screen is 0x2a2f wide, which reads /*; what follows is a comment to JavaScript, up to the end.
    [
      'a GIF that is JavaScript too',
      async () => {
        const good = Buffer.from(await goodFile('gif'))
        good.write('/*', 6, 'latin1')
        return Buffer.concat([good, ascii('*/=1;alert("PolyglotPayload")//')])
      },
      'accepted',
      marker,
    ],
    [
      'a WebP with HTML in a chunk of its own',
      async () => {
        const good = await goodFile('webp')
        return riff(['VP8 ', good.subarray(20)], ['HTML', ascii(payload)])
      },
      'accepted',
      marker,
    ],
    [
      'a TIFF with HTML after its end',
      async () => Buffer.concat([await goodFile('tiff'), ascii(payload)]),
      'accepted',
      marker,
    ],
    [
      'an AVIF with HTML after its end',
      async () => Buffer.concat([await goodFile('avif'), ascii(payload)]),
      'accepted',
      marker,
    ],
    [
      'an HTML page with a JPEG after it',
      async () => Buffer.concat([ascii(payload), await goodFile('jpeg')]),
      415,
      marker,
    ],
    [
      'a PDF with a JPEG in it',
      async () => Buffer.concat([ascii('%PDF-1.7\n1 0 obj<</PolyglotPayload 1>>stream\n'), await goodFile('jpeg')]),
      415,
      marker,
    ],
    ['a ZIP with a JPEG in it', async () => zip('PolyglotPayload.jpg', await goodFile('jpeg')), 415, marker],
  ]
}

/** Small on the wire, huge in memory; or not even that, and only boasting. */
function bombs(): Row[] {
  const lies = deflateSync(Buffer.alloc(1000))
  return [
    ['a PNG of 30,000 × 30,000', () => blackPng(30_000, 30_000), 413],
    ['a PNG of 2,147,483,647 × 2,147,483,647', () => png({ width: 0x7fffffff, height: 0x7fffffff, packed: lies }), 422],
    ['a PNG of 5,000 × 5,000 that holds nothing', () => png({ width: 5000, height: 5000, packed: lies }), 422],
    ['a PNG of 9,900 × 9,900, which is allowed', () => blackPng(9900, 9900), 'accepted'],
    [
      'an interlaced PNG of 9,900 × 9,900 of 64 bits a pixel that holds nothing',
      () => png({ width: 9900, height: 9900, bits: 16, colour: 6, interlaced: true, packed: lies }),
      422,
    ],
    [
      'an interlaced PNG of 9,900 × 9,900 of 64 bits a pixel, which is allowed',
      // Seven passes, each with a byte before every line.
      () =>
        png({
          width: 9900,
          height: 9900,
          bits: 16,
          colour: 6,
          interlaced: true,
          packed: zlibZeros(interlacedLength(9900, 8)),
        }),
      'either',
    ],
    [
      'a PNG of 9,900 × 9,900 of 64 bits a pixel, lying on its side',
      () =>
        withPngChunks(
          png({ width: 9900, height: 9900, bits: 16, colour: 6, packed: zlibZeros(9900 * (1 + 9900 * 8)) }),
          pngChunk('eXIf', exif({ main: [[0x0112, 'short', [6]]] }).subarray(6)),
        ),
      'either',
    ],
    [
      'a PNG with 20,000 text chunks',
      async () =>
        withPngChunks(
          await goodFile('png'),
          ...Array.from({ length: 20_000 }, (_, at) => pngChunk('tEXt', ascii(`k${at}\0v`))),
        ),
      'either',
    ],
    [
      'a PNG with 100 MB in a text chunk',
      async () =>
        withPngChunks(
          await goodFile('png'),
          pngChunk('iTXt', Buffer.concat([ascii('XML:com.adobe.xmp\0\x01\0\0\0'), zlibZeros(1e8)])),
        ),
      'either',
    ],
    [
      'a PNG with 100 MB in its profile',
      async () =>
        withPngChunks(await goodFile('png'), pngChunk('iCCP', Buffer.concat([ascii('icc\0\0'), zlibZeros(1e8)]))),
      'either',
    ],
    ['a TIFF of 60,000 × 60,000, deflated', () => tiff(60_000, 60_000, deflated, lies), 413],
    ['a TIFF of 60,000 × 60,000, by LZW', () => tiff(60_000, 60_000, lzw, Buffer.from([0x80, 0x00, 0x40, 0x40])), 413],
    ['a TIFF of 4,294,967,295 × 4,294,967,295', () => tiff(0xffffffff, 0xffffffff, deflated, lies), 422],
    [
      'a TIFF of 9,900 × 9,900 in one strip of 98 MB',
      () => tiff(9900, 9900, deflated, zlibZeros(9900 * 9900)),
      'either',
    ],
    [
      'a TIFF of 9,900 × 9,900 in one strip of 588 MB that holds nothing',
      () => tiff(9900, 9900, deflated, lies, [16, 16, 16]),
      422,
    ],
    [
      'a TIFF of 9,900 × 9,900 in one strip of 588 MB',
      () => tiff(9900, 9900, deflated, zlibZeros(9900 * 9900 * 6), [16, 16, 16]),
      'either',
    ],
    [
      'a TIFF of 9,904 × 9,904 in one tile of 1.2 GB',
      () => tiff(9904, 9904, deflated, zlibZeros(9904 * 9904 * 12), [32, 32, 32], [[339, 'short', [3, 3, 3]]], true),
      422,
    ],
    ['a TIFF of 5,000 pages', () => manyPages(5000), 'either'],
    ['a WebP of 16,383 × 16,383', () => blackWebp(16_383, 16_383), 413],
    ['a WebP of 9,900 × 9,900, which is allowed', () => blackWebp(9900, 9900), 'either'],
    ['a WebP whose canvas says 16,383 × 16,383', () => webpWithCanvas(16_383, 16_383), 422],
    ['a WebP whose canvas says 16,777,216 × 16,777,216', () => webpWithCanvas(1 << 24, 1 << 24), 422],
    ['an AVIF of 9,900 × 9,900, which is allowed', () => inflateRawSync(Buffer.from(flatAvif, 'base64')), 'either'],
    ['an AVIF that says 65,535 × 65,535', async () => withIspe(await goodFile('avif'), 65_535, 65_535), 413],
    ['an AVIF that says 9,000 × 9,000', async () => withIspe(await goodFile('avif'), 9000, 9000), 422],
    ['an AVIF that says 8 × 8', async () => withIspe(await goodFile('avif'), 8, 8), 422],
    ['a HEIC that says 65,535 × 65,535', async () => withIspe(await heicFixture(), 65_535, 65_535), 413],
    ['a HEIC that says 9,000 × 9,000', async () => withIspe(await heicFixture(), 9000, 9000), 422],
    // Its decoder does not believe in so large a screen: it takes the first frame's size.
    ['a GIF with a screen of 65,535 × 65,535 and one pixel', () => gif(65_535, 65_535), 'either'],
    ['a GIF of 65,535 × 65,535', () => gif(65_535, 65_535, 1, 65_535, 65_535), 413],
    ['a GIF of 9,900 × 9,900 that holds one pixel', () => gif(9900, 9900, 1, 9900, 9900), 'either'],
    ['a GIF of 9,900 × 9,900 and of 1,000 frames', () => gif(9900, 9900, 1000, 9900, 9900), 'either'],
    ['a GIF with a screen of 9,900 × 9,900 and one pixel', () => gif(9900, 9900), 'either'],
    ['a GIF with a frame of 65,535 × 65,535 on a screen of 1 × 1', () => gif(1, 1, 1, 65_535, 65_535), 413],
    ['a JPEG that says 65,500 × 65,500', () => jpegClaiming({ width: 65_500, height: 65_500 }), 413],
    ['a JPEG that says 9,900 × 9,900', () => jpegClaiming({ width: 9900, height: 9900 }), 'either'],
    [
      'a progressive JPEG that says 9,900 × 9,900',
      () => jpegClaiming({ width: 9900, height: 9900 }, 'progressive jpeg'),
      'either',
    ],
    ['a progressive JPEG of 9,900 × 9,900 with 90 scans', () => manyScans(9900, 9900, 90), 'either'],
    ['a progressive JPEG of 9,900 × 9,900 with 2,000 scans', () => manyScans(9900, 9900, 2000), 422],
  ]
}

const solid = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#3366cc' } })

/** Pictures as thin as a thread, and none at all. */
function dimensions(): Row[] {
  return [
    ['a PNG of 1 × 65,000', () => solid(1, 65_000).png().toBuffer(), 'either'],
    ['a PNG of 65,000 × 1', () => solid(65_000, 1).png().toBuffer(), 'either'],
    ['a JPEG of 1 × 65,000', () => solid(1, 65_000).jpeg().toBuffer(), 'either'],
    ['a JPEG of 65,000 × 1', () => solid(65_000, 1).jpeg().toBuffer(), 'either'],
    ['a WebP of 16,383 × 1', () => solid(16_383, 1).webp().toBuffer(), 'either'],
    ['a PNG of 1,000,000 × 1', () => blackPng(1_000_000, 1), 'either'],
    ['a PNG of 1 × 1', () => solid(1, 1).png().toBuffer(), 'accepted'],
    ['a JPEG of 1 × 1', () => solid(1, 1).jpeg().toBuffer(), 'accepted'],
    ['a WebP of 1 × 1', () => solid(1, 1).webp().toBuffer(), 'accepted'],
    ['a GIF of 1 × 1', () => gif(1, 1), 'accepted'],
    ['an AVIF of 1 × 1', () => solid(1, 1).avif({ effort: 0 }).toBuffer(), 'accepted'],
    ['a TIFF of 1 × 1', () => solid(1, 1).tiff().toBuffer(), 'accepted'],
    ['a PNG of 0 × 0', () => png({ width: 0, height: 0, packed: deflateSync(Buffer.alloc(0)) }), 422],
    ['a PNG of 9 × 0', () => png({ width: 9, height: 0, packed: deflateSync(Buffer.alloc(0)) }), 422],
    ['a JPEG of 0 × 0', () => jpegClaiming({ width: 0, height: 0 }), 422],
    ['a JPEG whose height is yet to come', () => jpegClaiming({ height: 0 }), 422],
    ['a GIF of 0 × 0', () => gif(0, 0, 1, 0, 0), 'either'],
    [
      'a WebP of 0 × 0',
      async () => {
        const webp = Buffer.from(await goodFile('webp'))
        // After RIFF, WEBP, VP8, a length, the frame's tag and its start code.
        webp.writeUInt32LE(0, 26)
        return webp
      },
      422,
    ],
    ['an AVIF that says 0 × 0', async () => withIspe(await goodFile('avif'), 0, 0), 422],
    ['a TIFF of 0 × 0', () => tiff(0, 0, 1, Buffer.alloc(1)), 422],
  ]
}

const gpsOf = (marker: string): Entry[] => [
  [1, 'ascii', 'N'],
  [2, 'rational', [52, 1, 31, 1, 12, 1]],
  [3, 'ascii', 'E'],
  [4, 'rational', [13, 1, 24, 1, 18, 1]],
  [0x1b, 'bytes', `ASCII\0\0\0${marker}`],
]

/** What cameras write beside the picture, and what could be written there. */
function metadata(): Row[] {
  const script = "<script>alert('SecretScript')</script>"
  const xmp = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>SecretXmp</dc:creator></x:xmpmeta>'
  const iptc = (text: string) => {
    const record = Buffer.concat([Buffer.from([0x1c, 2, 80, 0, text.length]), ascii(text)])
    const length = Buffer.alloc(4)
    length.writeUInt32BE(record.length)
    return Buffer.concat([ascii('Photoshop 3.0\x008BIM\x04\x04\0\0'), length, record, Buffer.alloc(record.length & 1)])
  }
  const offsets = (value: number): Buffer => {
    const block = exif({ main: [[0x010f, 'ascii', 'SecretLoop']] })
    // Where the EXIF directory lies, as the last but one entry of the first directory says.
    block.writeUInt32LE(value, 6 + 8 + 2 + 12 + 8)
    return block
  }
  return [
    [
      'a JPEG with 64 kB of EXIF',
      () => withExif(exif({ photo: [[0x927c, 'bytes', Buffer.alloc(65_300, 'SecretNote')]] })),
      'accepted',
      'SecretNote',
    ],
    [
      'a JPEG with 4 MB of segments',
      () =>
        withSegments(
          ...Array.from({ length: 64 }, (_, at) =>
            jpegSegment([0xe1, 0xe2, 0xfe, 0xe5][at % 4] ?? 0xfe, Buffer.alloc(65_500, 'SecretSegment')),
          ),
        ),
      'either',
      'SecretSegment',
    ],
    [
      'a JPEG with 20,000 empty comments',
      () => withSegments(...Array.from({ length: 20_000 }, () => jpegSegment(0xfe, Buffer.alloc(0)))),
      'either',
    ],
    [
      'EXIF with scripts in its names',
      () =>
        withExif(
          exif({
            main: [
              [0x010e, 'ascii', script],
              [0x010f, 'ascii', script],
              [0x013b, 'ascii', script],
            ],
            photo: [[0x9286, 'bytes', `ASCII\0\0\0${script}`]],
          }),
        ),
      'accepted',
      'SecretScript',
    ],
    ...[0, 9, 255, 65_535].map(
      (turn): Row => [
        `EXIF with orientation ${turn}`,
        () => withExif(exif({ main: [[0x0112, 'short', [turn]]] })),
        'accepted',
      ],
    ),
    [
      'EXIF with an orientation of letters',
      () => withExif(exif({ main: [[0x0112, 'ascii', 'SecretTurn']] })),
      'accepted',
      'SecretTurn',
    ],
    ['EXIF whose directory is itself', () => withExif(offsets(8)), 'accepted', 'SecretLoop'],
    ['EXIF whose directory lies beyond the end', () => withExif(offsets(0xfffffff0)), 'accepted', 'SecretLoop'],
    ['EXIF of noise', () => withExif(Buffer.concat([ascii('Exif\0\0'), littleEndian, noise(2000)])), 'accepted'],
    [
      'EXIF that says it has 65,535 entries',
      () => withExif(Buffer.concat([ascii('Exif\0\0'), littleEndian, u16(65_535), noise(500)])),
      'accepted',
    ],
    ['EXIF that says where', () => withExif(exif({ gps: gpsOf('SecretPlace') })), 'accepted', 'SecretPlace'],
    [
      'EXIF with serial numbers and an owner',
      () =>
        withExif(
          exif({
            main: [[0xc62f, 'ascii', 'SecretSerial1']],
            photo: [
              [0xa430, 'ascii', 'SecretSerialOwner'],
              [0xa431, 'ascii', 'SecretSerial2'],
              [0xa435, 'ascii', 'SecretSerial3'],
            ],
          }),
        ),
      'accepted',
      'SecretSerial',
    ],
    [
      'EXIF with a note of the maker',
      () => withExif(exif({ photo: [[0x927c, 'bytes', 'Apple iOS\0SecretMakerNote']] })),
      'accepted',
      'SecretMakerNote',
    ],
    // A picture before it was cropped lives on in its thumbnail: this one is green, and signed.
    [
      'EXIF with a thumbnail',
      async () => {
        const green = await sharp({ create: { width: 32, height: 24, channels: 3, background: '#00ff00' } })
          .jpeg()
          .toBuffer()
        return withExif(exif({ thumbnail: withJpegSegments(green, jpegSegment(0xfe, ascii('SecretThumbnail'))) }))
      },
      'accepted',
      'SecretThumbnail',
    ],
    ['IPTC with a name', () => withSegments(jpegSegment(0xed, iptc('SecretIptc'))), 'accepted', 'SecretIptc'],
    [
      'XMP with a name',
      () => withSegments(jpegSegment(0xe1, ascii(`http://ns.adobe.com/xap/1.0/\0${xmp}`))),
      'accepted',
      'SecretXmp',
    ],
    [
      'a PNG with EXIF',
      async () =>
        withPngChunks(
          await goodFile('png'),
          pngChunk(
            'eXIf',
            exif({ main: [[0x010f, 'ascii', 'SecretPngExif']], gps: gpsOf('SecretPngExif') }).subarray(6),
          ),
        ),
      'accepted',
      'SecretPngExif',
    ],
    [
      'a PNG with XMP',
      async () => withPngChunks(await goodFile('png'), pngChunk('iTXt', ascii(`XML:com.adobe.xmp\0\0\0\0\0${xmp}`))),
      'accepted',
      'SecretXmp',
    ],
    ...(['webp', 'avif'] as const).map(
      (format): Row => [
        `a ${format} with EXIF`,
        async () =>
          sharp(await goodFile('png'))
            .withExif({ IFD0: { Make: 'SecretCamera' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 12/1' } })
            .toFormat(format)
            .toBuffer(),
        'accepted',
        'SecretCamera',
      ],
    ),
    [
      'a TIFF with a name',
      () =>
        tiff(
          64,
          64,
          1,
          noise(64 * 64),
          [8],
          [
            [0x010f, 'ascii', 'SecretScanner'],
            [0x013b, 'ascii', 'SecretScanner'],
          ],
        ),
      'accepted',
      'SecretScanner',
    ],
    [
      'a GIF with a comment',
      async () => {
        const good = await goodFile('gif')
        const comment = ascii('SecretComment')
        return Buffer.concat([
          good.subarray(0, -1),
          Buffer.from([0x21, 0xfe, comment.length]),
          comment,
          Buffer.from([0, 0x3b]),
        ])
      },
      'accepted',
      'SecretComment',
    ],
  ]
}

/** Colour profiles that are none, or not for this picture. */
function profiles(): Row[] {
  const absurd = Buffer.alloc(300)
  absurd.writeUInt32BE(0xffffffff, 0)
  absurd.write('\x02\x10\0\0mntrRGB XYZ ', 8, 'latin1')
  absurd.write('acsp', 36, 'latin1')
  absurd.writeUInt32BE(0xffffffff, 128)
  const cmyk = async () => {
    const { icc } = await sharp(
      await solid(8, 8).toColourspace('cmyk').withIccProfile('cmyk').jpeg().toBuffer(),
    ).metadata()
    if (!icc) throw new Error('sharp wrote no profile')
    return icc
  }
  return [
    ['a JPEG with a profile of noise', () => withSegments(...iccSegments(noise(3000))), 'accepted'],
    [
      'a PNG with a profile of noise',
      async () => withPngChunks(await goodFile('png'), iccpChunk(noise(3000))),
      'accepted',
    ],
    ['a JPEG with a profile that says it has 4 GB', () => withSegments(...iccSegments(absurd)), 'accepted'],
    [
      'a PNG with a profile that says it has 4 GB',
      async () => withPngChunks(await goodFile('png'), iccpChunk(absurd)),
      'accepted',
    ],
    ['a JPEG with an empty profile', () => withSegments(...iccSegments(Buffer.alloc(0))), 'accepted'],
    [
      'a JPEG with one part of a profile of 255',
      () => withSegments(jpegSegment(0xe2, Buffer.concat([ascii('ICC_PROFILE\0\xff\xff'), noise(500)]))),
      'accepted',
    ],
    ['a JPEG in RGB with a profile for CMYK', async () => withSegments(...iccSegments(await cmyk())), 'accepted'],
    [
      'a PNG in RGB with a profile for CMYK',
      async () => withPngChunks(await goodFile('png'), iccpChunk(await cmyk())),
      'accepted',
    ],
    [
      'a PNG with a profile that is no zlib',
      async () => withPngChunks(await goodFile('png'), pngChunk('iCCP', Buffer.concat([ascii('icc\0\0'), noise(500)]))),
      'accepted',
    ],
  ]
}

/** Moving pictures, of which the first frame is the photo. */
function animated(): Row[] {
  return [
    ['a GIF of 10,000 frames', () => gif(8, 8, 10_000), 'accepted'],
    ['a GIF of 1,000 frames on a screen of 5,000 × 5,000', () => gif(5000, 5000, 1000), 'accepted'],
    ['a WebP of 50 frames', movingWebp, 'accepted'],
    [
      'a PNG of 200 frames',
      async () => {
        const good = await goodFile('png')
        const length = good.readUInt32BE(33)
        const first =
          good.toString('latin1', 37, 41) === 'IDAT' ? good.subarray(41, 41 + length) : deflateSync(Buffer.alloc(9))
        const control = (sequence: number) => {
          const out = Buffer.alloc(26)
          for (const [at, value] of [sequence, 240, 180].entries()) out.writeUInt32BE(value, at * 4)
          out.set([0, 1, 0, 10], 20)
          return pngChunk('fcTL', out)
        }
        const number = (value: number) => Buffer.from([0, 0, value >> 8, value & 255])
        return Buffer.concat([
          good.subarray(0, 33),
          pngChunk('acTL', Buffer.concat([number(200), number(0)])),
          control(0),
          good.subarray(33, -12),
          ...Array.from({ length: 199 }, (_, at) => [
            control(2 * at + 1),
            pngChunk('fdAT', Buffer.concat([number(2 * at + 2), first.subarray(0, 500)])),
          ]).flat(),
          good.subarray(-12),
        ])
      },
      'accepted',
    ],
    [
      'a TIFF whose second page is its first',
      async () => {
        const file = tiff(64, 64, 1, Buffer.alloc(64 * 64, 128))
        file.writeUInt32LE(8, 8 + 2 + 12 * file.readUInt16LE(8))
        return file
      },
      'either',
    ],
  ]
}

/** Formats for which there is no place. */
function unsupported(): Row[] {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script><rect width="9" height="9"/></svg>'
  const box = (name: string, body: Buffer) => {
    const out = Buffer.alloc(8)
    out.writeUInt32BE(body.length + 8)
    out.write(name, 4, 'latin1')
    return Buffer.concat([out, body])
  }
  const bmp = Buffer.concat([
    ascii('BM'),
    u32(54 + 16),
    u32(0),
    u32(54),
    u32(40),
    u32(2),
    u32(2),
    u16(1),
    u16(24),
    Buffer.alloc(24),
    Buffer.alloc(16, 200),
  ])
  const fits = (...cards: string[]) =>
    ascii(
      cards
        .map((card) => card.padEnd(80))
        .join('')
        .padEnd(2880),
    )
  return [
    ['an SVG', () => ascii(svg), 415],
    [
      'an SVG with an XML declaration',
      () => ascii(`<?xml version="1.0"?>\n<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>${svg}`),
      415,
    ],
    [
      'a PDF',
      () =>
        ascii(
          '%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>',
        ),
      415,
    ],
    [
      'a PostScript',
      () => ascii('%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (w) file\nshowpage'),
      415,
    ],
    ['an HTML page', () => ascii(`<!doctype html>${payload}`), 415],
    ['a ZIP', () => zip('readme.txt', ascii('hello')), 415],
    ['an MP4', () => Buffer.concat([box('ftyp', ascii('isom\0\0\x02\0isomiso2mp41')), box('mdat', noise(500))]), 415],
    ['a QuickTime film', () => Buffer.concat([box('ftyp', ascii('qt  \0\0\0\0qt  ')), box('mdat', noise(500))]), 415],
    ['a WebM', () => Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), noise(500)]), 415],
    ['a JPEG XL', () => Buffer.concat([Buffer.from([0xff, 0x0a]), noise(500)]), 415],
    [
      'a JPEG XL in a box',
      () =>
        Buffer.concat([
          box('JXL ', Buffer.from([0x0d, 0x0a, 0x87, 0x0a])),
          box('ftyp', ascii('jxl \0\0\0\0jxl ')),
          noise(500),
        ]),
      415,
    ],
    [
      'a JPEG 2000',
      () =>
        Buffer.concat([
          box('jP  ', Buffer.from([0x0d, 0x0a, 0x87, 0x0a])),
          box('ftyp', ascii('jp2 \0\0\0\0jp2 ')),
          noise(500),
        ]),
      415,
    ],
    ['a JPEG 2000 without a box', () => Buffer.concat([Buffer.from([0xff, 0x4f, 0xff, 0x51, 0, 47]), noise(500)]), 415],
    ['a BMP', () => bmp, 415],
    [
      'an ICO',
      async () => {
        const icon = await solid(16, 16).png().toBuffer()
        return Buffer.concat([
          Buffer.from([0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0]),
          u32(icon.length),
          u32(22),
          icon,
        ])
      },
      415,
    ],
    [
      'a PSD',
      () => Buffer.concat([ascii('8BPS\0\x01\0\0\0\0\0\0\0\x03\0\0\0\x09\0\0\0\x09\0\x08\0\x03'), Buffer.alloc(500)]),
      415,
    ],
    ['an OpenEXR', () => Buffer.concat([Buffer.from([0x76, 0x2f, 0x31, 0x01, 2, 0, 0, 0]), noise(500)]), 415],
    [
      'a Radiance HDR',
      () => Buffer.concat([ascii('#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 2 +X 2\n'), Buffer.alloc(16, 128)]),
      415,
    ],
    [
      'a FITS',
      () =>
        Buffer.concat([
          fits(
            'SIMPLE  =                    T',
            'BITPIX  =                    8',
            'NAXIS   =                    2',
            'NAXIS1  =                    9',
            'NAXIS2  =                    9',
            'END',
          ),
          Buffer.alloc(2880),
        ]),
      415,
    ],
    ['a PPM', () => Buffer.concat([ascii('P6\n9 9\n255\n'), Buffer.alloc(243, 99)]), 415],
    ['a PPM of letters', () => ascii('P3\n1 1\n255\n255 0 0\n'), 415],
    ['a table', () => ascii('1,2,3\n4,5,6\n7,8,9\n'), 415],
    [
      'a picture of libvips itself',
      () => Buffer.concat([Buffer.from([0x08, 0xf2, 0xa6, 0xb6]), Buffer.alloc(500)]),
      415,
    ],
    [
      'a TGA',
      () => Buffer.concat([Buffer.from([0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 4, 0, 24, 0]), Buffer.alloc(48, 99)]),
      415,
    ],
    ['a program', () => Buffer.concat([ascii('\x7fELF\x02\x01\x01'), noise(500)]), 415],
  ]
}

/** Kinds of JPEG that the standard has and that next to nobody reads. */
function rareJpegs(): Row[] {
  return [
    ['a JPEG of 12 bits', () => jpegClaiming({ marker: 0xc1, bits: 12 }), 415],
    ['a JPEG of 16 bits', () => jpegClaiming({ marker: 0xc1, bits: 16 }), 422],
    ['a JPEG without loss', () => jpegClaiming({ marker: 0xc3 }), 422],
    ['a hierarchical JPEG', () => jpegClaiming({ marker: 0xc5 }), 422],
    // The decoder knows it, and makes of these bits what it can.
    ['a JPEG by arithmetic coding', () => jpegClaiming({ marker: 0xc9 }), 'either'],
    [
      'a JPEG of five colours',
      async () => {
        const jpeg = Buffer.from(await goodFile('jpeg'))
        jpeg[frameHeader(jpeg) + 8] = 5
        return jpeg
      },
      422,
    ],
    [
      'a JPEG without its Huffman tables',
      async () => {
        const jpeg = Buffer.from(await goodFile('jpeg'))
        const at = jpeg.indexOf(Buffer.from([0xff, 0xc4]))
        // A comment is passed over.
        jpeg[at + 1] = 0xfe
        return jpeg
      },
      'either',
    ],
  ]
}

/** Every one of them. Nothing is made before it is asked for. */
export function hostileFiles(): HostileFile[] {
  const groups: Record<string, () => Row[]> = {
    truncated,
    'wrong magic': wrongMagic,
    polyglot: polyglots,
    bomb: bombs,
    dimensions,
    metadata,
    profile: profiles,
    animated,
    unsupported,
    'rare JPEG': rareJpegs,
  }
  return Object.entries(groups).flatMap(([group, rows]) =>
    rows().map(([name, make, expect, marker]) => ({
      group,
      name,
      make,
      ...(typeof expect === 'number' ? { expect: 'refused' as const, status: expect } : { expect }),
      ...(marker ? { marker } : {}),
    })),
  )
}

// ------------------------------------------------------------------------------------------------- and afterwards

/** A clear no: a sentence that begins and ends as one. */
export const sentence = /^[A-Z].{14,}\.$/s

/** Waits until a check holds; for at most ten seconds. */
export async function eventually(check: () => Promise<void>): Promise<void> {
  for (let tries = 100; ; tries -= 1) {
    try {
      return await check()
    } catch (error) {
      if (!tries) throw error
      await setTimeout(100)
    }
  }
}

/** Nothing of any upload is left, on the volume or in the database, and the house stands. */
export async function expectEmpty(house: House): Promise<void> {
  try {
    await eventually(async () => expect(await house.files()).toEqual([]))
  } finally {
    // What one has left is not to be laid at the next one's door.
    for (const path of await house.files()) await rm(join(house.mediaRoot, path), { force: true })
  }
  // What others have seen leaves its number behind.
  expect(await rows(house.db, sql`select id from posts where purged_at is null`)).toEqual([])
  expect(await rows(house.db, sql`select id from photos`)).toEqual([])
  await house.client().get('/readyz').expect(200)
}

/** Watches the decoding processes that this process starts from now on. */
export function watchDecoders() {
  const children: ChildProcess[] = []
  // Whatever lives for a moment only is seen too, and so is how it ended.
  subscribe('child_process', (message) => void children.push((message as { process: ChildProcess }).process))
  const decoders = () => children.filter(({ spawnargs }) => spawnargs?.some((word) => word.includes('decoder-child')))
  const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null
  return {
    /** Process ids of those that live. */
    living: () => decoders().flatMap((child) => (hasEnded(child) ? [] : [child.pid])),
    /** Process ids of those that have ended, whyever. */
    ended: () => decoders().flatMap((child) => (hasEnded(child) ? [child.pid] : [])),
    /** How those ended that nobody told to. */
    crashed: () =>
      decoders().flatMap((child) =>
        hasEnded(child) && !child.killed ? [`${child.pid}: ${child.signalCode ?? `code ${child.exitCode}`}`] : [],
      ),
  }
}

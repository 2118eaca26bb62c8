import { spawnSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { type GoodFormat, goodFile, goodFormats } from './hostile-files.ts'

/** Good pictures that were damaged by chance: the same chance on every run. */
export interface Mutant {
  /** By which it is had again. */
  name: string
  bytes: Buffer
}

/** A number below another one, whole. */
type Chance = (below: number) => number

/** Mulberry32. */
function chanceOf(seed: number): Chance {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

const formats = [...goodFormats, 'heic'] as const
type Format = (typeof formats)[number]

const heic = new URL('./fixtures/red-and-blue.heic', import.meta.url)

const read = (format: Format) => (format === 'heic' ? readFile(heic) : goodFile(format as GoodFormat))

/** What stands in a place of its own in the file: JPEG's segments, the chunks of PNG and WebP, boxes; else pieces by length. */
function partsOf(format: Format, file: Buffer): Buffer[] {
  const ends: number[] = []
  const next: Record<string, (at: number) => number> = {
    jpeg: (at) => (file[at + 1] === 0xda ? file.length : at + 2 + file.readUInt16BE(at + 2)),
    png: (at) => at + 12 + file.readUInt32BE(at),
    webp: (at) => at + 8 + file.readUInt32LE(at + 4) + (file.readUInt32LE(at + 4) & 1),
    avif: (at) => at + (file.readUInt32BE(at) || file.length),
  }
  const kind = { 'progressive jpeg': 'jpeg', heic: 'avif' }[format as string] ?? format
  const step = next[kind] ?? ((at: number) => at + 64)
  const start = { jpeg: 2, png: 8, webp: 12 }[kind] ?? 0
  for (let at = start; at < file.length; at = ends.at(-1) ?? at) ends.push(Math.min(file.length, step(at)))
  return [start, ...ends].map((end, index, all) => file.subarray(index ? all[index - 1] : 0, end))
}

/** A place in a file, more often where it says what it is than where its pixels are. */
const placeIn = (file: Buffer, chance: Chance) => chance(chance(2) ? file.length : Math.min(file.length, 300))

const sliceOf = (file: Buffer, chance: Chance) => {
  const from = placeIn(file, chance)
  return { from, to: Math.min(file.length, from + 1 + chance(2 ** (1 + chance(10)))) }
}

/** Of a thousand bits, how many are changed. */
const ratios = [0.05, 0.1, 0.2, 0.5, 1, 4, 20]

function flipped(file: Buffer, chance: Chance): Buffer {
  const out = Buffer.from(file)
  const count = Math.ceil((file.length * 8 * (ratios[chance(ratios.length)] ?? 1)) / 1000)
  for (let flip = 0; flip < count; flip += 1) {
    const at = chance(file.length)
    out[at] = (out[at] ?? 0) ^ (1 << chance(8))
  }
  return out
}

const extremes = [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff]

const active = [
  '<!doctype html><script>alert("Payload")</script>',
  ';alert("Payload")//',
  '<svg xmlns="http://www.w3.org/2000/svg"><script>alert("Payload")</script></svg>',
  'PK\x03\x04\x14\0\0\0\0\0Payload.jsp',
  '%PDF-1.7\n(Payload)',
  '<?php system("Payload");',
]

interface Other {
  format: Format
  file: Buffer
}

type Mutation = (file: Buffer, chance: Chance, format: Format, other: Other) => Buffer

const mutations: Record<string, Mutation> = {
  bits: flipped,
  run: (file, chance) => {
    const out = Buffer.from(file)
    const { from, to } = sliceOf(file, chance)
    const byte = [0, 0xff, chance(256)][chance(3)] ?? 0
    return out.fill(byte, from, to)
  },
  number: (file, chance) => {
    const out = Buffer.from(file)
    const value = extremes[chance(extremes.length)] ?? 0
    const length = ([1, 2, 4] as const)[chance(3)] ?? 1
    const at = Math.min(file.length - length, placeIn(file, chance))
    const kept = value % 2 ** (8 * length)
    if (chance(2)) out.writeUIntBE(kept, at, length)
    else out.writeUIntLE(kept, at, length)
    return out
  },
  cut: (file, chance) => file.subarray(0, placeIn(file, chance)),
  drop: (file, chance) => {
    const { from, to } = sliceOf(file, chance)
    return Buffer.concat([file.subarray(0, from), file.subarray(to)])
  },
  repeat: (file, chance) => {
    const { from, to } = sliceOf(file, chance)
    const again = Array.from({ length: 1 + chance(50) }, () => file.subarray(from, to))
    return Buffer.concat([file.subarray(0, to), ...again, file.subarray(to)])
  },
  swap: (file, chance) => {
    const [one = 0, two = 0, three = 0] = [0, 0, 0].map(() => placeIn(file, chance)).sort((a, b) => a - b)
    return Buffer.concat([
      file.subarray(0, one),
      file.subarray(two, three),
      file.subarray(one, two),
      file.subarray(three),
    ])
  },
  parts: (file, chance, format) => {
    const parts = partsOf(format, file)
    const [from, to] = [chance(parts.length), chance(parts.length)]
    const [part = Buffer.alloc(0)] = parts.splice(from, chance(2))
    parts.splice(to, 0, ...Array.from({ length: chance(4) }, () => part))
    return Buffer.concat(parts)
  },
  // The sums are right again: a decoder that checks them reads on.
  inside: (file, chance, format) =>
    Buffer.concat(
      partsOf(format, file).map((part, index) => {
        if (chance(3) || part.length < 16) return part
        const [head, tail] = format === 'png' && index ? [8, 4] : [index ? 4 : part.length, 0]
        const inner = part.subarray(head, part.length - tail)
        if (!inner.length) return part
        const made = Buffer.from(inner)
        const at = chance(made.length)
        made[at] = [0, 0xff, (made[at] ?? 0) ^ (1 << chance(8))][chance(3)] ?? 0
        const out = Buffer.concat([part.subarray(0, head), made, part.subarray(part.length - tail)])
        if (tail) out.writeUInt32BE(crc32(out.subarray(4, -4)), out.length - 4)
        return out
      }),
    ),
  splice: (file, chance, _format, other) => {
    const at = placeIn(file, chance)
    return Buffer.concat([file.subarray(0, at), other.file.subarray(placeIn(other.file, chance))])
  },
  graft: (file, chance, format, other) => {
    const own = partsOf(format, file)
    const foreign = partsOf(other.format, other.file)
    own.splice(1 + chance(own.length), chance(2), foreign[chance(foreign.length)] ?? Buffer.alloc(0))
    return Buffer.concat(own)
  },
  active: (file, chance) => {
    const text = Buffer.from(active[chance(active.length)] ?? '', 'latin1')
    const at = chance(3) ? file.length : placeIn(file, chance)
    return Buffer.concat([file.subarray(0, at), text, file.subarray(at)])
  },
}

/** Whether zzuf is installed. Where it is not, bits are changed by code alone. */
export const hasZzuf = spawnSync('zzuf', ['--version']).status === 0

const zzuf: Mutation = (file, chance) => {
  const ratio = String((ratios[chance(ratios.length)] ?? 1) / 1000)
  const { stdout } = spawnSync('zzuf', ['--seed', String(chance(2 ** 31)), '--ratio', ratio], { input: file })
  return stdout
}

/** So many of them, of each format and each kind of damage in turns, no two the same and none undamaged. */
export async function mutants(count: number, seed: number): Promise<Mutant[]> {
  const kinds = Object.entries({ ...mutations, zzuf: hasZzuf ? zzuf : flipped })
  const files = await Promise.all(formats.map(async (format): Promise<Other> => ({ format, file: await read(format) })))
  const seen = new Set(files.map(({ file }) => hash('sha256', file)))
  return Array.from({ length: count }, (_, at) => {
    const chance = chanceOf(seed * 1_000_003 + at)
    const { format, file } = files[at % files.length] as Other
    const [kind, mutate] = kinds[Math.floor(at / files.length) % kinds.length] as [string, Mutation]
    for (;;) {
      const bytes = mutate(file, chance, format, files[chance(files.length)] as Other)
      const sum = hash('sha256', bytes)
      if (seen.has(sum)) continue
      seen.add(sum)
      return { name: `${at} of seed ${seed}, a ${format} by ${kind}`, bytes }
    }
  })
}

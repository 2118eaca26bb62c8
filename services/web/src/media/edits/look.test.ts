import fc from 'fast-check'
import { adjustments, type Edits, isLookUntouched, ranges, untouched } from './edits.ts'
import { filterNames, levelsOf } from './filters.ts'
import { applyLook } from './look.ts'

const filters = filterNames.filter((name) => name !== 'none')
const looks: fc.Arbitrary<Edits> = fc
  .record({
    filter: fc.constantFrom(...filterNames),
    ...Object.fromEntries(
      ['strength' as const, ...adjustments].map((figure) => [
        figure,
        fc.integer({ min: ranges[figure].least, max: ranges[figure].most }),
      ]),
    ),
  })
  .map((look) => ({ ...untouched, ...look }))

/** Every colour in steps of 17, and every grey. */
const chart = Uint8Array.from([
  ...Array.from({ length: 16 ** 3 }, (_, at) => [at >> 8, (at >> 4) & 15, at & 15].map((step) => step * 17)).flat(),
  ...Array.from({ length: 256 }, (_, level) => [level, level, level]).flat(),
])
const chartSize = { width: chart.length / 3, height: 1 }

function looked(pixels: Uint8Array, size: { width: number; height: number }, edits: Partial<Edits>): Uint8Array {
  const copy = pixels.slice()
  applyLook(copy, 3, size, { ...untouched, ...edits })
  return copy
}

/** One colour, everywhere. */
const plain = (size: { width: number; height: number }, [red, green, blue]: readonly [number, number, number]) =>
  Uint8Array.from({ length: size.width * size.height * 3 }, (_, at) => [red, green, blue][at % 3] as number)

const one = { width: 1, height: 1 }
const comesOf = (colour: readonly [number, number, number], edits: Partial<Edits>) => [
  ...looked(plain(one, colour), one, edits),
]

describe('the look of an edited photo', () => {
  it('is exactly what it was where nothing is asked', () => {
    expect(looked(chart, chartSize, {})).toEqual(chart)
    for (const filter of filters) expect(looked(chart, chartSize, { filter, strength: 0 })).toEqual(chart)
  })

  it.each(filters)('is told apart by the filter %s from every other, and grows with its strength', (filter) => {
    const full = looked(chart, chartSize, { filter })
    const half = looked(chart, chartSize, { filter, strength: 50 })
    const distance = (some: Uint8Array, others: Uint8Array) =>
      some.reduce((sum, value, at) => sum + Math.abs(value - (others[at] ?? 0)), 0) / some.length
    for (const other of filterNames)
      if (other !== filter) expect(distance(full, looked(chart, chartSize, { filter: other }))).toBeGreaterThan(1.5)
    expect(distance(half, chart)).toBeGreaterThan(0.3 * distance(full, chart))
    expect(distance(half, chart)).toBeLessThan(0.8 * distance(full, chart))
  })

  it.each(['chalk', 'silver', 'ink'] as const)('has no colours left with the filter %s', (filter) => {
    const grey = looked(chart, chartSize, { filter, saturation: 40 })
    for (let at = 0; at < grey.length; at += 3) {
      const colours = [...grey.subarray(at, at + 3)]
      expect(Math.max(...colours) - Math.min(...colours)).toBeLessThanOrEqual(1)
    }
  })

  it('does what each adjustment is called', () => {
    const grey = [128, 128, 128] as const
    expect(comesOf(grey, { brightness: 60 })[0]).toBeGreaterThan(150)
    expect(comesOf(grey, { brightness: -60 })[0]).toBeLessThan(106)
    expect(comesOf([64, 64, 64], { contrast: 60 })[0]).toBeLessThan(52)
    expect(comesOf([192, 192, 192], { contrast: 60 })[0]).toBeGreaterThan(203)
    expect(comesOf([0, 0, 0], { contrast: -100 })[0]).toBeGreaterThan(40)
    const [red = 0, , blue = 0] = comesOf(grey, { warmth: 60 })
    expect(red - blue).toBeGreaterThan(20)
    const [coldRed = 0, , coldBlue = 0] = comesOf(grey, { warmth: -60 })
    expect(coldBlue - coldRed).toBeGreaterThan(20)
    expect(comesOf([200, 100, 50], { saturation: -100 })).toEqual([118, 118, 118])
    expect(comesOf([150, 120, 110], { saturation: 50 })[0]).toBeGreaterThan(155)
    expect(comesOf([0, 0, 0], { fade: 100 })[0]).toBeGreaterThan(45)
    expect(comesOf([255, 255, 255], { fade: 100 })).toEqual([255, 255, 255])
  })

  it('keeps black, white and the order of greys under brightness and contrast', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100, max: 100 }), fc.integer({ min: 0, max: 100 }), (brightness, contrast) => {
        const greys = looked(chart, chartSize, { brightness, contrast })
          .filter((_, at) => at % 3 === 0)
          .slice(-256)
        expect([greys[0], greys[255]]).toEqual([0, 255])
        for (let level = 1; level < 256; level += 1)
          expect(greys[level]).toBeGreaterThanOrEqual(greys[level - 1] as number)
      }),
    )
  })

  it('darkens corners and not the middle, in a picture of any shape', () => {
    for (const size of [
      { width: 61, height: 41 },
      { width: 11, height: 91 },
    ]) {
      const grey = looked(plain(size, [200, 200, 200]), size, { vignette: 100 })
      const at = (x: number, y: number) => grey[(y * size.width + x) * 3]
      const [right, bottom] = [size.width - 1, size.height - 1]
      expect(at(right / 2, bottom / 2)).toBe(200)
      for (const corner of [at(0, 0), at(right, 0), at(0, bottom), at(right, bottom)]) expect(corner).toBe(at(0, 0))
      expect(at(0, 0)).toBeLessThan(100)
    }
  })

  it('sharpens edges, and leaves plain areas and colours alone', () => {
    const size = { width: 1200, height: 16 }
    const edge = Uint8Array.from({ length: size.width * size.height * 3 }, (_, at) =>
      Math.floor(at / 3) % size.width < 600 ? ([90, 80, 70][at % 3] as number) : ([170, 160, 150][at % 3] as number),
    )
    const sharp = looked(edge, size, { sharpen: 100 })
    const row = 8 * size.width
    const at = (x: number) => [...sharp.subarray((row + x) * 3, (row + x) * 3 + 3)]
    expect(at(100)).toEqual([90, 80, 70])
    expect(at(1100)).toEqual([170, 160, 150])
    expect(at(599)[0]).toBeLessThan(80)
    expect(at(600)[0]).toBeGreaterThan(180)
    expect((at(600)[0] ?? 0) - (at(600)[2] ?? 0)).toBe(20)
  })

  it('looks the same in a small picture and in a large one that is made small', () => {
    const large = { width: 1600, height: 1200 }
    const small = { width: 400, height: 300 }
    const paint = (size: typeof large) =>
      Uint8Array.from({ length: size.width * size.height * 3 }, (_, at) => {
        const [x, y] = [(Math.floor(at / 3) % size.width) / size.width, Math.floor(at / 3 / size.width) / size.height]
        return 128 + 90 * Math.sin(9 * x + (at % 3)) * Math.cos(7 * y)
      })
    const edits = { filter: 'velvet', warmth: 20, contrast: 30, vignette: 40, sharpen: 60 } as const
    const [big, little] = [looked(paint(large), large, edits), looked(paint(small), small, edits)]
    let most = 0
    for (let y = 0; y < small.height; y += 1)
      for (let x = 0; x < small.width * 3; x += 1) {
        const [column, colour] = [Math.floor(x / 3), x % 3]
        let sum = 0
        for (let step = 0; step < 16; step += 1)
          sum += big[((y * 4 + (step >> 2)) * large.width + column * 4 + (step & 3)) * 3 + colour] as number
        most = Math.max(most, Math.abs(sum / 16 - (little[y * small.width * 3 + x] as number)))
      }
    expect(most).toBeLessThan(5)
  })

  it('is the same in bytes of both kinds, and leaves alpha alone', () => {
    fc.assert(
      fc.property(looks, (edits) => {
        const size = { width: 8, height: 8 }
        const opaque = chart.slice(3000, 3000 + 192)
        const clear = new Uint8ClampedArray(256)
        for (let at = 0; at < 64; at += 1) clear.set([...opaque.subarray(at * 3, at * 3 + 3), at], at * 4)
        const [three, four] = [opaque.slice(), clear.slice()]
        applyLook(three, 3, size, edits)
        applyLook(four, 4, size, edits)
        for (let at = 0; at < 64; at += 1)
          expect([...four.subarray(at * 4, at * 4 + 4)]).toEqual([...three.subarray(at * 3, at * 3 + 3), at])
        if (isLookUntouched(edits)) expect(three).toEqual(opaque)
      }),
    )
  })

  it('is applied to pictures of any size', () => {
    for (const size of [one, { width: 1, height: 5000 }, { width: 3, height: 2 }, { width: 5000, height: 1 }])
      for (const edits of [{ sharpen: 100 }, { vignette: 100 }, { filter: 'walnut' as const, sharpen: 50 }])
        expect(looked(plain(size, [120, 120, 120]), size, edits).every((value) => value > 0)).toBe(true)
  })
})

describe('the curve of a filter', () => {
  it('goes through its points and never back', () => {
    const curve = [
      [0, 0],
      [48, 30],
      [128, 118],
      [192, 202],
      [255, 255],
    ] as const
    const levels = levelsOf(curve)
    for (const [from, to] of curve) expect(levels[from]).toBeCloseTo(to, 3)
    for (let level = 1; level < 256; level += 1) expect(levels[level]).toBeGreaterThan(levels[level - 1] as number)
  })
})

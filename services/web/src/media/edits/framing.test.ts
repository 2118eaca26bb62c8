import fc from 'fast-check'
import { type Edits, untouched } from './edits.ts'
import {
  cropOf,
  cropped,
  fits,
  fitted,
  inverted,
  outcomeSize,
  ratioOf,
  type Size,
  shaped,
  toPicture,
  turnedOnce,
  turnedSize,
} from './framing.ts'

const part = fc.double({ min: 0, max: 1, noNaN: true })
const frames: fc.Arbitrary<Edits> = fc
  .record({
    turns: fc.integer({ min: 0, max: 3 }),
    angle: fc.integer({ min: -250, max: 250 }).map((tenths) => tenths / 10),
    left: part,
    top: part,
    width: part,
    height: part,
  })
  .map((frame) => ({ ...untouched, ...frame }))
const length = fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.constantFrom(1, 2, 3, 5000))
const sizes: fc.Arbitrary<Size> = fc.record({ width: length, height: length })

/** Where a place in the outcome is in the picture. */
function placeOf(edits: Edits, size: Size, outcome: Size, x: number, y: number): { x: number; y: number } {
  const { a, b, c, d, e, f } = toPicture(edits, size, outcome)
  return { x: a * x + c * y + e, y: b * x + d * y + f }
}

describe('the frame of an edited photo', () => {
  it('never shows what lies beyond the photo’s edge, whatever the figures', () => {
    fc.assert(
      fc.property(frames, sizes, (asked, size) => {
        const edits = fitted(asked, size)
        const outcome = outcomeSize(edits, size)
        for (const [x, y] of [
          [0, 0],
          [1, 0],
          [0, 1],
          [1, 1],
          [0.5, 0.5],
        ] as const) {
          const place = placeOf(edits, size, outcome, x * outcome.width, y * outcome.height)
          const slack = 1e-6 * Math.max(size.width, size.height)
          expect(place.x).toBeGreaterThanOrEqual(-slack)
          expect(place.y).toBeGreaterThanOrEqual(-slack)
          expect(place.x).toBeLessThanOrEqual(size.width + slack)
          expect(place.y).toBeLessThanOrEqual(size.height + slack)
        }
      }),
      { numRuns: 5000 },
    )
  })

  it('fits once and for all', () => {
    fc.assert(
      fc.property(frames, sizes, (asked, size) => {
        const edits = fitted(asked, size)
        expect(fits(edits, size)).toBe(true)
        expect(fitted(edits, size)).toBe(edits)
      }),
      { numRuns: 5000 },
    )
  })

  it('keeps the shape of a crop that it has to make smaller, and the size of one that it only has to move', () => {
    const size = { width: 4000, height: 3000 }
    const square = shaped(untouched, size, '1:1')
    const straight = fitted({ ...square, angle: 10 }, size)
    expect(ratioOf(straight, size)).toBeCloseTo(1)
    expect(straight.width).toBeLessThan(square.width)
    const corner = { ...untouched, left: 0, top: 0, width: 0.2, height: 0.2, angle: 10 }
    expect(fitted(corner, size)).toMatchObject({ width: 0.2, height: 0.2 })
    expect(fitted(corner, size).top + fitted(corner, size).left).toBeGreaterThan(0.02)
  })

  it('is as large as it can be: a whole photo that is straightened touches two of its edges at least', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 25, noNaN: true }), sizes, (angle, size) => {
        const edits = fitted({ ...untouched, angle }, size)
        expect(
          fits(
            {
              ...edits,
              left: edits.left * 0.999,
              top: edits.top * 0.999,
              width: 1 - 2 * edits.left * 0.999,
              height: 1 - 2 * edits.top * 0.999,
            },
            size,
          ),
        ).toBe(false)
      }),
    )
  })

  it.each([
    [0, 0, 0],
    [1, 0, 3000],
    [2, 4000, 3000],
    [3, 4000, 0],
  ])('has another corner of the photo at its left top after %i quarter turns', (turns, x, y) => {
    const size = { width: 4000, height: 3000 }
    const edits = { ...untouched, turns }
    const outcome = outcomeSize(edits, size)
    expect(outcome).toEqual(turnedSize(turns, size))
    expect(placeOf(edits, size, outcome, 0, 0)).toEqual({ x, y })
  })

  it('turns the photo clockwise where it is straightened: what stood on the left stands higher', () => {
    const size = { width: 1000, height: 1000 }
    const edits = { ...untouched, angle: 10, left: 0.3, top: 0.3, width: 0.4, height: 0.4 }
    const way = inverted(toPicture(edits, size, { width: 400, height: 400 }))
    const at = (x: number, y: number) => ({ x: way.a * x + way.c * y + way.e, y: way.b * x + way.d * y + way.f })
    expect(at(500, 500)).toEqual({ x: expect.closeTo(200), y: expect.closeTo(200) })
    expect(at(400, 500).y).toBeLessThan(200)
    expect(at(500, 400).x).toBeGreaterThan(200)
  })

  it('leads back from where it led to', () => {
    fc.assert(
      fc.property(frames, sizes, (asked, size) => {
        const edits = fitted({ ...asked, width: Math.max(asked.width, 0.1), height: Math.max(asked.height, 0.1) }, size)
        const outcome = outcomeSize(edits, size)
        const there = placeOf(edits, size, outcome, 1, 1)
        const back = inverted(toPicture(edits, size, outcome))
        expect(back.a * there.x + back.c * there.y + back.e).toBeCloseTo(1, 3)
        expect(back.b * there.x + back.d * there.y + back.f).toBeCloseTo(1, 3)
      }),
    )
  })

  it('is what it was after four quarter turns, and shows the same after each', () => {
    const size = { width: 400, height: 300 }
    const edits = { ...untouched, left: 0.25, top: 0.125, width: 0.5, height: 0.25 }
    const once = turnedOnce(edits)
    const [flat, upright] = [outcomeSize(edits, size), outcomeSize(once, size)]
    expect(upright).toEqual({ width: flat.height, height: flat.width })
    const before = placeOf(edits, size, flat, 0, flat.height)
    expect(placeOf(once, size, upright, 0, 0)).toEqual({ x: expect.closeTo(before.x), y: expect.closeTo(before.y) })
    expect(turnedOnce(turnedOnce(turnedOnce(once)))).toEqual(edits)
  })

  it.each(['1:1', '4:5', '1.91:1'] as const)('has the shape %s, around what it showed before', (shape) => {
    fc.assert(
      fc.property(
        frames,
        fc.record({ width: fc.integer({ min: 50, max: 9000 }), height: fc.integer({ min: 50, max: 9000 }) }),
        (asked, size) => {
          const edits = shaped(asked, size, shape)
          const [across, down] = shape.split(':').map(Number) as [number, number]
          expect(ratioOf(edits, size)).toBeCloseTo(across / down, 4)
          expect(Math.max(edits.width, edits.height)).toBeCloseTo(1)
          expect(shaped(edits, size, 'original').width).toBeCloseTo(1)
        },
      ),
    )
  })

  it('can be told by its shape, its part and its middle', () => {
    const size = { width: 4000, height: 3000 }
    const edits = { ...untouched, left: 0.1, top: 0.2, width: 0.3, height: 0.4 }
    expect(cropped(edits, size, cropOf(edits, size))).toEqual({
      ...edits,
      left: expect.closeTo(0.1),
      top: expect.closeTo(0.2),
      width: expect.closeTo(0.3),
      height: expect.closeTo(0.4),
    })
  })
})

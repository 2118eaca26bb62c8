import type { Pixels } from './edited.ts'
import type { Size, Transform } from './edits/framing.ts'

/**
 * Reads a picture askew. Each pixel is made of sixteen around its place, by Catmull and Rom's cubic, which keeps what is sharp; libvips has
 * that too, but cannot cut before it has turned all of a picture, and mixes what lies at its edge with what lies beyond.
 * @param way from a place in the outcome to the place in the picture
 */
export function straightened(picture: Pixels, outcome: Size, way: Transform): Pixels {
  const { data, width, height } = picture
  const made = Buffer.allocUnsafe(outcome.width * outcome.height * 3)
  const [rightmost, lowest] = [width - 1, height - 1]
  // Beyond the edge it goes on as it ends.
  const column = (x: number) => 3 * (x < 0 ? 0 : x > rightmost ? rightmost : x)
  const row = (y: number) => 3 * width * (y < 0 ? 0 : y > lowest ? lowest : y)
  const rows = new Int32Array(4)
  for (let y = 0, to = 0; y < outcome.height; y += 1) {
    const fromX = way.a * 0.5 + way.c * (y + 0.5) + way.e - 0.5
    const fromY = way.b * 0.5 + way.d * (y + 0.5) + way.f - 0.5
    for (let x = 0; x < outcome.width; x += 1, to += 3) {
      const atX = fromX + way.a * x
      const atY = fromY + way.b * x
      const left = Math.floor(atX)
      const top = Math.floor(atY)
      const first = column(left - 1)
      const second = column(left)
      const third = column(left + 1)
      const fourth = column(left + 2)
      for (let step = 0; step < 4; step += 1) rows[step] = row(top - 1 + step)
      const across = 4 * (((atX - left) * places) | 0)
      const down = 4 * (((atY - top) * places) | 0)
      const one = shares[across] as number
      const two = shares[across + 1] as number
      const three = shares[across + 2] as number
      const four = shares[across + 3] as number
      let red = 0.5
      let green = 0.5
      let blue = 0.5
      // The four of a row are written out, since this is done some million times.
      for (let step = 0; step < 4; step += 1) {
        const share = shares[down + step] as number
        const from = rows[step] as number
        const a = from + first
        const b = from + second
        const c = from + third
        const d = from + fourth
        red +=
          share *
          (one * (data[a] as number) +
            two * (data[b] as number) +
            three * (data[c] as number) +
            four * (data[d] as number))
        green +=
          share *
          (one * (data[a + 1] as number) +
            two * (data[b + 1] as number) +
            three * (data[c + 1] as number) +
            four * (data[d + 1] as number))
        blue +=
          share *
          (one * (data[a + 2] as number) +
            two * (data[b + 2] as number) +
            three * (data[c + 2] as number) +
            four * (data[d + 2] as number))
      }
      made[to] = red <= 0 ? 0 : red >= 255 ? 255 : red
      made[to + 1] = green <= 0 ? 0 : green >= 255 ? 255 : green
      made[to + 2] = blue <= 0 ? 0 : blue >= 255 ? 255 : blue
    }
  }
  return { data: made, ...outcome }
}

/** How many places between two pixels are told apart. */
const places = 256

/** How much each of four pixels in a row counts, for each place between the second and the third. */
const shares = Float64Array.from({ length: 4 * places }, (_, at) => {
  const between = (Math.floor(at / 4) + 0.5) / places
  const far = Math.abs(between + 1 - (at % 4))
  return far < 1 ? 1.5 * far ** 3 - 2.5 * far ** 2 + 1 : -0.5 * far ** 3 + 2.5 * far ** 2 - 4 * far + 2
})

import sharp from 'sharp'

/**
 * Draws landscapes: demo photos that belong to nobody and need no download. The same seed gives the same picture.
 */
export type Scene = 'mountains' | 'lake' | 'sea' | 'dunes' | 'forest' | 'city' | 'aurora' | 'moon'

const sizes = { portrait: [1080, 1350], landscape: [1350, 900], square: [1200, 1200] } as const

interface Palette {
  sky: readonly string[]
  near: string
  far: string
  light: string
}

const palettes: Record<Scene, Palette> = {
  mountains: { sky: ['#27345c', '#9a6f8f', '#f3b38a'], far: '#8d86a8', near: '#1c2138', light: '#ffe2b8' },
  lake: { sky: ['#6fa3bf', '#cfe0e2', '#f6e7d3'], far: '#86a5ad', near: '#23424a', light: '#fff7e8' },
  sea: { sky: ['#2b2f5a', '#d7685f', '#ffc46b'], far: '#93556a', near: '#241f3d', light: '#ffe7b0' },
  dunes: { sky: ['#3d7ea6', '#a9cbd0', '#f4e3c1'], far: '#dba766', near: '#8a4b2b', light: '#fff5d6' },
  forest: { sky: ['#a7b6b0', '#c7d0c8', '#e4e7df'], far: '#93a89c', near: '#1f322b', light: '#f5f6ee' },
  city: { sky: ['#0c1030', '#2e2a5e', '#8c4f7d'], far: '#34305c', near: '#0b0c1f', light: '#ffd98a' },
  aurora: { sky: ['#030a1c', '#08243a', '#114a4c'], far: '#0d2b36', near: '#04090f', light: '#7dffb0' },
  moon: { sky: ['#0a0f24', '#1e2a4a', '#495d7d'], far: '#2b3b57', near: '#0a0e1a', light: '#f4f0df' },
}

/**
 * @param seed any whole number; another one draws another place of the same kind
 * @returns a JPEG as a camera would make it
 */
export async function drawScene(scene: Scene, shape: keyof typeof sizes, seed: number): Promise<Buffer> {
  const [width, height] = sizes[shape]
  const random = randomFrom(seed)
  const palette = palettes[scene]
  const horizon = height * (0.5 + random() * 0.12)
  const lightX = width * (0.25 + random() * 0.5)
  const parts = [sky(palette), light(scene, palette, lightX, horizon, width)]
  if (scene === 'aurora' || scene === 'city' || scene === 'moon') parts.push(stars(random, width, horizon))
  if (scene === 'aurora') parts.push(aurora(random, width, horizon, palette))
  parts.push(
    scene === 'city' ? skyline(random, width, height, palette) : ridges(scene, random, width, height, horizon, palette),
  )
  if (scene === 'sea' || scene === 'lake' || scene === 'moon')
    parts.push(water(random, lightX, width, height, horizon, palette))
  if (scene === 'forest') parts.push(trees(random, width, height, palette))
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${parts.join('')}</svg>`
  // A little noise, as a sensor has, keeps the skies from banding.
  const noise = { type: 'gaussian', mean: 128, sigma: 9 } as const
  const grain = await sharp({ create: { width, height, channels: 3, background: '#808080', noise } })
    .png({ compressionLevel: 0 })
    .toBuffer()
  return sharp(Buffer.from(svg))
    .composite([{ input: grain, blend: 'soft-light' }])
    .jpeg({ quality: 90 })
    .toBuffer()
}

/** mulberry32: small, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function sky({ sky: [top, middle, bottom] }: Palette): string {
  return `<defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="${top}"/><stop offset=".38" stop-color="${middle}"/>
    <stop offset=".62" stop-color="${bottom}"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#sky)"/>`
}

function light(scene: Scene, { light: colour }: Palette, x: number, horizon: number, width: number): string {
  if (scene === 'aurora' || scene === 'city' || scene === 'forest') return ''
  const y = scene === 'moon' ? horizon * 0.4 : horizon - width * 0.06
  const radius = width * (scene === 'moon' ? 0.075 : 0.05)
  return `<defs><radialGradient id="glow"><stop stop-color="${colour}" stop-opacity=".8"/><stop offset="1" stop-color="${colour}" stop-opacity="0"/></radialGradient></defs>
    <circle cx="${x}" cy="${y}" r="${radius * 6}" fill="url(#glow)"/><circle cx="${x}" cy="${y}" r="${radius}" fill="${colour}"/>`
}

function stars(random: () => number, width: number, horizon: number): string {
  return Array.from({ length: 140 }, () => {
    const radius = 0.5 + random() * 1.6
    return `<circle cx="${random() * width}" cy="${random() * horizon}" r="${radius}" fill="#fff" opacity="${0.25 + random() * 0.7}"/>`
  }).join('')
}

function aurora(random: () => number, width: number, horizon: number, { light: colour }: Palette): string {
  const curtains = Array.from({ length: 3 }, (_, index) => {
    const base = horizon * (0.35 + index * 0.18)
    const sway = outline(random, width, base, horizon * 0.1, 2)
    return `<path d="M0 ${base - horizon * 0.3} L${sway} L${width} ${base - horizon * 0.35} Z" fill="${colour}" opacity="${0.3 - index * 0.06}" filter="url(#soft)"/>`
  })
  return `<defs><filter id="soft"><feGaussianBlur stdDeviation="${width * 0.025}"/></filter></defs>${curtains.join('')}`
}

/** Hills behind hills, each nearer and darker than the last. */
function ridges(
  scene: Scene,
  random: () => number,
  width: number,
  height: number,
  horizon: number,
  { far, near }: Palette,
): string {
  const isWater = scene === 'sea' || scene === 'lake' || scene === 'moon'
  const count = isWater ? 2 : 5
  const isSmooth = scene === 'dunes' || scene === 'sea'
  return Array.from({ length: count }, (_, index) => {
    const nearness = index / (count - 1)
    const base = isWater ? horizon - height * 0.02 : horizon + (height - horizon) * nearness * 0.75
    const rise = height * (isWater ? 0.05 : 0.16) * (1 - nearness * 0.35)
    return `<path d="M0 ${height} L${outline(random, width, base, rise, isSmooth ? 1 : 7)} L${width} ${height} Z" fill="${mix(far, near, isWater ? nearness * 0.5 : nearness)}"/>`
  }).join('')
}

function water(
  random: () => number,
  lightX: number,
  width: number,
  height: number,
  horizon: number,
  { sky: [, , bottom = '#fff'], near, light: colour }: Palette,
): string {
  const glints = Array.from({ length: 130 }, () => {
    const depth = random() ** 1.5
    const y = horizon + 4 + (height - horizon) * depth
    const length = width * (0.01 + depth * 0.09) * (0.4 + random())
    const x = lightX + (random() - 0.5) * width * (0.05 + depth * 0.4) - length / 2
    return `<rect x="${x}" y="${y}" width="${length}" height="${1 + depth * 5}" rx="3" fill="${colour}" opacity="${0.12 + random() * 0.4}"/>`
  })
  return `<defs><linearGradient id="water" x2="0" y2="1"><stop stop-color="${mix(bottom, near, 0.25)}"/><stop offset="1" stop-color="${near}"/></linearGradient></defs>
    <rect y="${horizon}" width="100%" height="${height - horizon}" fill="url(#water)"/>${glints.join('')}`
}

function trees(random: () => number, width: number, height: number, { far, near }: Palette): string {
  return [0.2, 0.55, 1]
    .map((nearness) => {
      const count = Math.round(34 - nearness * 20)
      return Array.from({ length: count }, () => {
        const x = random() * width
        const tall = height * (0.22 + nearness * 0.42) * (0.7 + random() * 0.5)
        const foot = height * (0.72 + nearness * 0.3)
        const tiers = Array.from({ length: 5 }, (_, tier) => {
          const half = tall * 0.05 * (tier + 1.4)
          const top = foot - tall + (tall * tier) / 6
          return `M${x} ${top} l${half} ${tall * 0.3} h${-2 * half} Z`
        })
        return `<path d="${tiers.join('')}" fill="${mix(far, near, nearness)}" opacity="${0.55 + nearness * 0.4}"/>`
      }).join('')
    })
    .join('')
}

function skyline(random: () => number, width: number, height: number, { far, near, light: colour }: Palette): string {
  return [0, 0.5, 1]
    .map((nearness) => {
      const houses: string[] = []
      for (let x = -40; x < width; ) {
        const wide = width * (0.05 + random() * 0.07)
        const top = height * (0.42 + nearness * 0.2 + random() * 0.22)
        houses.push(
          `<rect x="${x}" y="${top}" width="${wide}" height="${height - top}" fill="${mix(far, near, nearness)}"/>`,
        )
        const step = width * 0.016
        for (let windowY = top + step; windowY < height; windowY += step * 1.5) {
          for (let windowX = x + step * 0.6; windowX < x + wide - step * 0.7; windowX += step) {
            if (random() < 0.26) {
              houses.push(
                `<rect x="${windowX}" y="${windowY}" width="${step * 0.5}" height="${step * 0.7}" fill="${colour}" opacity="${0.2 + nearness * 0.3 + random() * 0.4}"/>`,
              )
            }
          }
        }
        x += wide + width * 0.004
      }
      return houses.join('')
    })
    .join('')
}

/** A line of hills by midpoint displacement: halve, shift the middle, repeat. */
function outline(random: () => number, width: number, base: number, rise: number, steps: number): string {
  let heights = [base - random() * rise, base - random() * rise, base - random() * rise]
  let reach = rise
  for (let step = 0; step < steps; step += 1) {
    reach *= 0.55
    heights = heights.flatMap((left, index) => {
      const right = heights[index + 1]
      return right === undefined ? [left] : [left, (left + right) / 2 + (random() - 0.5) * 2 * reach]
    })
  }
  const points = heights.map((y, index) => [(width * index) / (heights.length - 1), y] as const)
  if (steps > 3) return points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join(' L')
  // Few points: draw dunes and waves as curves through their middles.
  return points
    .map(([x, y], index) => {
      const next = points[index + 1]
      return next
        ? `${x.toFixed(1)} ${y.toFixed(1)} Q${((x + next[0]) / 2).toFixed(1)} ${(Math.min(y, next[1]) - reach).toFixed(1)} ${next[0].toFixed(1)} ${next[1].toFixed(1)}`
        : ''
    })
    .filter(Boolean)
    .join(' L')
}

function mix(from: string, to: string, share: number): string {
  const channel = (colour: string, index: number) => Number.parseInt(colour.slice(1 + index * 2, 3 + index * 2), 16)
  return `#${[0, 1, 2]
    .map((index) => Math.round(channel(from, index) * (1 - share) + channel(to, index) * share))
    .map((value) => value.toString(16).padStart(2, '0'))
    .join('')}`
}

/**
 * How fast photos are taken in, beside the limit of the same machine in the same run: npm run bench:photos [rounds]
 * Not a test: machines differ, and are noisy. Ratios and medians are what counts.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { type Gramstack, startGramstack, watchMemory } from './gramstack.ts'

const rounds = Number(process.argv[2] ?? 3)
const cores = availableParallelism()

interface Size {
  name: string
  width: number
  height: number
  /** Photos a round: some seconds of work. */
  count: number
}

const sizes: Size[] = [
  { name: '0.4 MP', width: 730, height: 548, count: 100 * cores },
  { name: '2 MP', width: 1633, height: 1225, count: 30 * cores },
  { name: '12 MP', width: 4000, height: 3000, count: 14 * cores },
  { name: '24 MP', width: 6000, height: 4000, count: 14 * cores },
]

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const median = (values: readonly number[]): number => percentile(values, 50)
function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN
}
const secondsSince = (begin: number): number => (performance.now() - begin) / 1000

/** As much detail as a photo has: coarse shapes with fine texture on them. */
async function photo({ width, height }: Size): Promise<Buffer> {
  const noise = (w: number, h: number, sigma: number) =>
    sharp({
      create: { width: w, height: h, channels: 3, background: '#000', noise: { type: 'gaussian', mean: 128, sigma } },
    })
  const coarse = await noise(Math.round(width / 40), Math.round(height / 40), 60)
    .png()
    .toBuffer()
  const fine = await noise(width, height, 26).blur(0.8).png({ compressionLevel: 0 }).toBuffer()
  return sharp(coarse)
    .resize(width, height, { fit: 'fill' })
    .composite([{ input: fine, blend: 'soft-light' }])
    .jpeg({ quality: 88 })
    .toBuffer()
}

/** Photos a second by sharp alone, a loop on each core. */
async function bareSharp(file: string, count: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'bare-sharp-'))
  const script = fileURLToPath(new URL('bare-sharp.ts', import.meta.url))
  const begin = performance.now()
  await Promise.all(
    Array.from({ length: cores }, async (_, core) => {
      const own = await mkdtemp(join(folder, `${core}-`))
      await new Promise<void>((resolve, reject) => {
        spawn(process.execPath, [script, own, file, String(count / cores)], { stdio: 'inherit' }).once(
          'exit',
          (code) => (code === 0 ? resolve() : reject(new Error(`bare sharp ended with ${code}`))),
        )
      })
    }),
  )
  const seconds = secondsSince(begin)
  await rm(folder, { recursive: true })
  return count / seconds
}

let uploads = 0

async function signUp({ url }: Gramstack): Promise<string> {
  const answer = await fetch(`${url}/sign-up`, {
    method: 'POST',
    body: new URLSearchParams({ username: `bench${Date.now() % 1e9}`, password: 'correct horse battery' }),
  })
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

/** @returns seconds until the answer, which comes when the photo can be seen */
async function upload({ url }: Gramstack, cookie: string, file: Buffer, isDraft = false): Promise<number> {
  const form = new FormData()
  // No two the same, or one would be asked about the other.
  uploads += 1
  form.append('file', new Blob([new Uint8Array(file), `number ${uploads}`]), 'photo.jpg')
  if (isDraft) form.append('draft', 'yes')
  const begin = performance.now()
  const answer = await fetch(`${url}/upload`, { method: 'POST', body: form, headers: { Cookie: cookie } })
  const { isPublished, error } = (await answer.json()) as { isPublished: boolean; error?: string }
  if (!isDraft && !isPublished) throw new Error(`not visible: ${answer.status} ${error}`)
  return secondsSince(begin)
}

/** Photos a second by the worker, from jobs that wait for it, and the most memory that it held. */
async function ours(gramstack: Gramstack, file: Buffer, count: number): Promise<{ rate: number; megabytes: number }> {
  const { sql, startWorker, mediaRoot } = gramstack
  // Photos that wait, as uploads leave them.
  const { newMediaKey } = await import('../services/web/src/media/storage.ts')
  const { openStorage } = await import('../services/web/src/media/local-storage.ts')
  const storage = await openStorage(mediaRoot)
  const keys: string[] = []
  for (let index = 0; index < count; index += 1) {
    const key = newMediaKey()
    const path = storage.incomingPath()
    await writeFile(path, file)
    await storage.keepOriginal(path, key)
    keys.push(key)
  }
  await sql('delete from photos; delete from posts; delete from jobs.job')
  await sql(`
    with made as (insert into posts (author_id) select (select id from users limit 1) from generate_series(1, ${count}) returning id),
      numbered as (select id, row_number() over () as n from made),
      keyed as (select key, row_number() over () as n from unnest('{${keys.join(',')}}'::text[]) as key),
      photo as (
        insert into photos (post_id, media_key, original_bytes, original_sha256)
        select id, key, ${file.length}, '\\x00' from numbered join keyed using (n) returning id
      )
    insert into jobs.job (name, data) select 'develop-photo', jsonb_build_object('photoId', id::text) from photo`)
  const worker = await startWorker({ AVIF_EFFORT: 'off', LOG_LEVEL: 'info' })
  const begin = performance.now()
  const memory = watchMemory(worker.pid)
  for (;;) {
    const [row] = await sql<{ left: string }>(
      "select count(*) as left from jobs.job where name = 'develop-photo' and state <> 'completed'",
    )
    if (row?.left === '0') break
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  const rate = count / secondsSince(begin)
  const [failed] = await sql<{ count: string }>("select count(*) from photos where state <> 'ready'")
  if (failed?.count !== '0') throw new Error(`${failed?.count} photos were not developed`)
  const megabytes = memory()
  await worker.stop()
  return { rate, megabytes }
}

const folder = await mkdtemp(join(tmpdir(), 'bench-photos-'))
const gramstack = await startGramstack()
try {
  say(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cores} cores; Node ${process.version}, sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`,
  )
  say(`Median of ${rounds} rounds. Renditions: up to four widths and two squares, WebP and JPEG; AVIF off.\n`)
  const cookie = await signUp(gramstack)

  say('| photo | file, MB | ours, photos/s | per core | bare sharp, photos/s | ours : bare | worker at most, MB |')
  say('|---|---|---|---|---|---|---|')
  for (const size of sizes) {
    const file = await photo(size)
    const path = join(folder, 'photo.jpg')
    await writeFile(path, file)
    const found: { bare: number; rate: number; megabytes: number }[] = []
    for (let round = 0; round < rounds; round += 1)
      found.push({ bare: await bareSharp(path, size.count), ...(await ours(gramstack, file, size.count)) })
    const rate = median(found.map((one) => one.rate))
    const bare = median(found.map((one) => one.bare))
    const ratio = median(found.map((one) => one.rate / one.bare))
    const megabytes = Math.max(...found.map((one) => one.megabytes))
    say(
      `| ${size.name} | ${(file.length / 1e6).toFixed(1)} | ${rate.toFixed(2)} | ${(rate / cores).toFixed(2)} | ${bare.toFixed(2)} | ${(ratio * 100).toFixed(0)} % | ${megabytes.toFixed(0)} |`,
    )
  }

  const [, , twelve] = sizes
  if (!twelve) throw new Error('no 12 MP')
  const file = await photo(twelve)
  const tell = (what: string, seconds: number[]) =>
    say(
      `| ${what} | ${seconds.length} | ${median(seconds).toFixed(2)} | ${percentile(seconds, 95).toFixed(2)} | ${Math.max(...seconds).toFixed(2)} |`,
    )
  say(
    `\nFrom the first byte of an upload of 12 MP (${(file.length / 1e6).toFixed(1)} MB) to its being visible, in seconds:\n`,
  )
  say('| | uploads | p50 | p95 | most |')
  say('|---|---|---|---|---|')
  let worker = await gramstack.startWorker({ AVIF_EFFORT: 'off' })
  await upload(gramstack, cookie, file)
  const idle: number[] = []
  for (let turn = 0; turn < 20; turn += 1) {
    idle.push(await upload(gramstack, cookie, file))
    // Until the machine has nothing to do again.
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  }
  tell('one at a time, nothing else to do', idle)
  await worker.stop()

  worker = await gramstack.startWorker({ AVIF_EFFORT: '4' })
  await Promise.all(Array.from({ length: 8 }, () => upload(gramstack, cookie, file)))
  const busy: number[] = []
  for (let turn = 0; turn < 20; turn += 1) {
    busy.push(await upload(gramstack, cookie, file))
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  }
  const [waiting] = await gramstack.sql<{ count: string }>(
    "select count(*) from jobs.job where name = 'develop-avif' and state in ('created', 'retry', 'active')",
  )
  tell('one at a time, with AVIF of others under way', busy)
  say(`\nAt the end of that, ${waiting?.count} photos still waited for AVIF.`)
  await worker.stop()
} finally {
  await gramstack.stop()
  await rm(folder, { recursive: true, force: true })
}

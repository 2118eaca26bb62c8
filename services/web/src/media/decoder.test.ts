import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import sharp from 'sharp'
import { jpegSegment, withJpegSegments } from '../../test/odd-pictures.ts'
import { redAndBlue } from '../../test/pictures.ts'
import { Budget } from './budget.ts'
import { type Decoder, openDecoder } from './decoder.ts'
import type { AvifOrder, DevelopOrder } from './orders.ts'

/** That the processes which decode are bounded, alone with the photo, and can be done without at any moment. */

const mebibyte = 1024 * 1024
const done = { done: { renditionWidths: [64] } }

let root: string
/** A photo that takes no time. */
let small: string
/** One of 25 megapixels that takes half a second to decode, in 230 MiB by the estimate. */
let large: string
/** One whose AVIF takes far longer than anybody waits. */
let slow: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gramstack-decoder-'))
  small = await laid(await redAndBlue(64, 48).png().toBuffer())
  const blank = sharp({ create: { width: 5000, height: 5000, channels: 3, background: '#3366cc' } })
  large = await laid(await blank.jpeg({ progressive: true }).toBuffer())
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
  slow = await laid(
    await sharp({ create: { width: 2048, height: 2048, channels: 3, background: '#888888', noise } })
      .jpeg()
      .toBuffer(),
  )
})
afterAll(() => rm(root, { recursive: true, force: true }))

const opened: Decoder[] = []
afterEach(() => {
  for (const decoder of opened.splice(0)) decoder.stop()
})
function open(options: Partial<Parameters<typeof openDecoder>[0]> = {}): Decoder {
  const decoder = openDecoder({ memory: new Budget(1024 * mebibyte), ...options })
  opened.push(decoder)
  return decoder
}

let count = 0
async function laid(file: Buffer): Promise<string> {
  const path = join(root, `photo-${++count}`)
  await writeFile(path, file)
  return path
}
async function folder(): Promise<string> {
  const path = join(root, `folder-${++count}`)
  await mkdir(path)
  return path
}
const common = { maxPixels: 1e8, edits: null, focal: { x: 0.5, y: 0.5 } }
const develop = async (input: string): Promise<DevelopOrder> => ({
  task: 'develop',
  input,
  feedFolder: await folder(),
  restFolder: await folder(),
  isFeedDone: false,
  ...common,
})
const avif = async (input: string): Promise<AvifOrder> => ({
  task: 'avif',
  input,
  folder: await folder(),
  effort: 9,
  ...common,
})

/** The decoding processes that this one has started and that live. */
async function processes(): Promise<number[]> {
  const children = await readFile(`/proc/self/task/${process.pid}/children`, 'utf8')
  const found = await Promise.all(
    children.split(' ').map(async (pid) => {
      const command = pid ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') : ''
      return command.includes('decoder-child') ? Number(pid) : undefined
    }),
  )
  return found.filter((pid) => pid !== undefined)
}

async function eventually<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (let tries = 0; tries < 1000; tries += 1) {
    const seen = await look()
    if (seen) return seen
    await setTimeout(5)
  }
  throw new Error('it never came to that')
}
const untilNoneIsLeft = () => eventually(async () => !(await processes()).length)
/** That this process has heard of the end of another, which no signal reaches from then on. */
const untilBuried = (pid: number) =>
  eventually(async () => {
    try {
      return !process.kill(pid, 0)
    } catch {
      return true
    }
  })
const aProcess = () => eventually(async () => (await processes())[0])
beforeEach(untilNoneIsLeft)

// Only Linux tells about its processes in this way.
const onLinux = process.platform === 'linux' ? describe : describe.skip

onLinux('a photo that is too much', () => {
  it('for the time it has is given up, and the next one is developed', async () => {
    const decoder = open({ limits: { milliseconds: 2000 } })
    const begin = performance.now()
    expect(await decoder.develop(await avif(slow))).toEqual({ verdict: 'too-heavy', because: 'it took too long' })
    expect(performance.now() - begin).toBeGreaterThan(1900)
    await untilNoneIsLeft()
    expect(await decoder.develop(await develop(small))).toEqual(done)
  })

  it('for the memory it has is given up, and the next one is developed', async () => {
    const decoder = open()
    // EXIF of 60 kB whose 5,000 fields each claim to be all of it: who reads that needs gigabytes.
    const fields = Buffer.alloc(12 * 5000)
    for (let at = 0; at < 5000; at += 1) {
      fields.writeUInt16LE(at, at * 12)
      fields.writeUInt16LE(1, at * 12 + 2)
      fields.writeUInt32LE(60_000, at * 12 + 4)
    }
    const exif = Buffer.concat([Buffer.from('Exif\0\0II*\0\x08\0\0\0\x88\x13', 'latin1'), fields, Buffer.alloc(4)])
    const photo = withJpegSegments(await redAndBlue(64, 48).jpeg().toBuffer(), jpegSegment(0xe1, exif))
    const answer = await decoder.develop(await develop(await laid(photo)))
    expect(answer).toEqual({ verdict: 'too-heavy', because: 'it took too much memory' })
    await untilNoneIsLeft()
    expect(await decoder.develop(await develop(small))).toEqual(done)
  })

  it('for all the memory there is, is refused before it is decoded', async () => {
    const decoder = open({ memory: new Budget(200 * mebibyte) })
    const answer = await decoder.develop(await develop(large))
    expect(answer).toEqual({ verdict: 'too-heavy', because: expect.stringMatching(/^it needs \d+ MiB of memory$/) })
    expect(await decoder.develop(await develop(small))).toEqual(done)
  })
})

onLinux('a process that decodes', () => {
  it('may be killed while it does: the photo is worth another try, and the next one is developed', async () => {
    const decoder = open()
    const answer = decoder.develop(await avif(slow))
    const expectation = expect(answer).rejects.toThrow('the decoding process ended (SIGKILL)')
    process.kill(await aProcess(), 'SIGKILL')
    await expectation
    expect(await decoder.develop(await develop(small))).toEqual(done)
  })

  it('may be killed while it waits for a photo: the next one has another', async () => {
    const decoder = open()
    await decoder.develop(await develop(small))
    const pid = await aProcess()
    process.kill(pid, 'SIGKILL')
    await untilBuried(pid)
    expect(await decoder.develop(await develop(small))).toEqual(done)
  })

  it('ends with the decoder, as does what is under way', async () => {
    const decoder = open()
    const answers = [decoder.develop(await avif(slow)), decoder.develop(await avif(slow))]
    const expectation = Promise.all(answers.map((answer) => expect(answer).rejects.toThrow(/ended \(SIGKILL\)/)))
    await eventually(async () => (await processes()).length === 2)
    decoder.stop()
    await expectation
    await untilNoneIsLeft()
    await expect(decoder.develop(await develop(small))).rejects.toThrow('the decoder has stopped')
  })

  it('is there before the first photo, if that is wanted', async () => {
    const decoder = open({ isWarm: true })
    const pid = await aProcess()
    await decoder.develop(await develop(small))
    expect(await processes()).toEqual([pid])
  })

  it('makes way for everything else if it is patient, and only then', async () => {
    open({ isWarm: true, niceness: 19 })
    expect(getPriority(await aProcess())).toBe(19)
    opened.pop()?.stop()
    await untilNoneIsLeft()
    open({ isWarm: true })
    expect(getPriority(await aProcess())).toBe(getPriority())
  })

  it('is told no secret', async () => {
    process.env.DATABASE_PASSWORD = 'not for those who decode'
    try {
      open({ isWarm: true })
      const environment = await readFile(`/proc/${await aProcess()}/environ`, 'utf8')
      const names = environment.split('\0').map((line) => line.split('=')[0])
      expect(names.filter((name) => name && !name.startsWith('NODE_CHANNEL_')).sort()).toEqual([
        'MALLOC_ARENA_MAX',
        'VIPS_WARNING',
      ])
    } finally {
      delete process.env.DATABASE_PASSWORD
    }
  })

  it('is kept for the next photo, unless a large one has left much behind', async () => {
    // It holds about 92 MiB after a small photo, 127 to 154 after a large one.
    const decoder = open({ limits: { ownBytes: 110 * mebibyte } })
    await decoder.develop(await develop(small))
    const pid = await aProcess()
    for (let photo = 0; photo < 3; photo += 1) {
      await decoder.develop(await develop(small))
      expect(await processes()).toEqual([pid])
    }
    expect(await decoder.develop(await develop(large))).toHaveProperty('done')
    await eventually(async () => !(await processes()).includes(pid))
    expect(await decoder.develop(await develop(small))).toEqual(done)
  })

  it('is kept after a photo that was refused', async () => {
    const decoder = open()
    await decoder.develop(await develop(small))
    const pid = await aProcess()
    expect(await decoder.develop(await develop(await laid(Buffer.from('no photo'))))).toHaveProperty('verdict')
    expect(await decoder.develop(await develop(small))).toEqual(done)
    expect(await processes()).toEqual([pid])
  })

  it('is one for each of the photos that are developed at once', async () => {
    const decoder = open()
    const orders = await Promise.all([1, 2, 3].map(() => develop(small)))
    expect(await Promise.all(orders.map((order) => decoder.develop(order)))).toEqual([done, done, done])
    expect(await processes()).toHaveLength(3)
  })
})

onLinux('whoever is told that a feed can show a photo', () => {
  it('is waited for', async () => {
    const decoder = open()
    let isTold = false
    await decoder.develop(await develop(small), async ({ width }) => {
      await setTimeout(300)
      isTold = width === 64
    })
    expect(isTold).toBe(true)
  })

  it('may fail: the photo is worth another try, and no process is left over', async () => {
    const decoder = open()
    await decoder.develop(await develop(small))
    for (let times = 0; times < 3; times += 1) {
      const fails = decoder.develop(await develop(small), async () => {
        throw new Error('the database is away')
      })
      await expect(fails).rejects.toThrow('the database is away')
    }
    expect(await decoder.develop(await develop(small))).toEqual(done)
    expect(await processes()).toHaveLength(1)
  })
})

/** A budget that remembers how much was taken at most, and who had it in which order. */
class Watched extends Budget {
  shares = 0
  mostShares = 0

  override async take(amount: number, makeWay?: () => void): Promise<() => void> {
    const giveBack = await super.take(amount, makeWay)
    this.shares += 1
    this.mostShares = Math.max(this.mostShares, this.shares)
    let isHeld = true
    return () => {
      if (isHeld) this.shares -= 1
      isHeld = false
      giveBack()
    }
  }
}

onLinux('memory', () => {
  it('is waited for, and waiting takes none of the time that a photo has', async () => {
    const memory = new Budget(300 * mebibyte)
    const giveBack = await memory.take(300 * mebibyte)
    const decoder = open({ memory, limits: { milliseconds: 2000 } })
    let answer: unknown
    const developing = decoder.develop(await develop(small)).then((given) => {
      answer = given
    })
    await setTimeout(3000)
    expect(answer).toBeUndefined()
    giveBack()
    await developing
    expect(answer).toEqual(done)
  })

  it('that suffices for one large photo lets two come one after the other', async () => {
    const memory = new Watched(300 * mebibyte)
    const decoder = open({ memory })
    const orders = [await develop(large), await develop(large)]
    const answers = await Promise.all(orders.map((order) => decoder.develop(order)))
    for (const answer of answers) expect(answer).toHaveProperty('done')
    expect([memory.mostShares, memory.shares]).toEqual([1, 0])
  })

  it('is given back whatever becomes of a photo', async () => {
    const memory = new Watched(300 * mebibyte)
    const decoder = open({ memory })
    const killed = decoder.develop(await develop(large))
    const expectation = expect(killed).rejects.toThrow(/ended/)
    await eventually(async () => memory.shares === 1)
    for (const pid of await processes()) process.kill(pid, 'SIGKILL')
    await expectation
    expect(memory.shares).toBe(0)
    await decoder.develop(await develop(await laid((await readFile(large)).subarray(0, 3000))))
    expect(memory.shares).toBe(0)
    // One that is killed while it waits has none, now or later.
    const giveBack = await memory.take(300 * mebibyte)
    const waiting = decoder.develop(await develop(small))
    const alsoKilled = expect(waiting).rejects.toThrow(/ended/)
    await setTimeout(300)
    for (const pid of await processes()) process.kill(pid, 'SIGKILL')
    await alsoKilled
    giveBack()
    await setTimeout(20)
    expect(memory.shares).toBe(0)
    expect(await decoder.develop(await develop(small))).toEqual(done)
  })

  it('that a patient one has is given to a photo that somebody waits for', async () => {
    const memory = new Watched(300 * mebibyte)
    const patient = open({ memory, niceness: 19 })
    const prompt = open({ memory })
    const patientAnswer = patient.develop(await avif(large))
    const expectation = expect(patientAnswer).rejects.toThrow('the decoding process made way for another')
    await eventually(async () => memory.shares === 1)
    expect(await prompt.develop(await develop(large))).toHaveProperty('done')
    await expectation
    expect(memory.shares).toBe(0)
    // Its turn comes again.
    expect(await patient.develop({ ...(await avif(small)), effort: 0 })).toEqual(done)
  })
})

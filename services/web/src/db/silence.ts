import { setTimeout } from 'node:timers/promises'
import type { DatabaseAddress } from '../config.ts'
import { log } from '../log.ts'
import { isDatabaseOutage } from './outage.ts'
import { ProbeLine } from './probe-line.ts'

/** What somebody hears who asks a database that is silent; an outage, by its code. */
export class DatabaseSilent extends Error {
  readonly code = 'ETIMEDOUT'
  constructor() {
    super('The database does not answer.')
  }
}

/** Nobody waits longer for one answer while no other comes, before it is looked into. */
const patienceMilliseconds = 700
/** For the smallest question. */
const answerMilliseconds = 900
/** The same while it is silent: nobody waits for that, and on a slow line a connection takes its time. */
const returnMilliseconds = 3_000
const tickMilliseconds = 100
const pauseMilliseconds = 250

interface Waiting {
  since: number
  giveUp(): void
}

/**
 * Tells a database that is silent (paused, cut off, its disk hanging) from one that is slow. A dead one is noticed by itself: the
 * connection breaks. A silent one keeps everybody waiting to the end of some timeout, and a short timeout would end honest work where
 * a machine is small.
 *
 * So nobody is timed. Only when somebody waits and for a while nobody has heard anything at all, the smallest question is asked on a
 * connection of its own; if that too has no answer, everybody is hung up on, which is an outage like any other, and whoever asks next is
 * told so at once, until an answer comes. While the database answers this costs a timer.
 */
export class SilenceWatch {
  readonly #line: ProbeLine
  /** Who waits: the longest first. */
  readonly #waiting = new Set<Waiting>()
  #ticking: NodeJS.Timeout | undefined
  #lastTick = 0
  #heardAt = 0
  #isLooking = false
  #isSilent = false
  #isOver = false

  /** @param address where to ask whether anybody is there */
  constructor(address: DatabaseAddress) {
    this.#line = new ProbeLine(address)
  }

  /**
   * Sends a statement, as long as there is somebody to answer.
   *
   * @param hangUp ends the connection without a goodbye, so that whoever waits on it hears that it is gone
   * @throws {DatabaseSilent} if it is known that there is nobody
   */
  async send<Answer>(send: () => Promise<Answer>, hangUp: () => void): Promise<Answer> {
    if (this.#isSilent) {
      // It may be in the middle of a transaction, whose end would not be heard either.
      hangUp()
      throw new DatabaseSilent()
    }
    try {
      const answer = await this.#wait(send(), hangUp)
      this.#heardAt = performance.now()
      return answer
    } catch (error) {
      if (!isDatabaseOutage(error)) this.#heardAt = performance.now()
      throw error
    }
  }

  /**
   * Waits for a connection, as long as there is somebody to connect to.
   *
   * @param release takes one that comes too late
   * @throws {DatabaseSilent} if it is known that there is nobody, or as soon as it is
   */
  async connect<Connection>(
    connect: () => Promise<Connection>,
    release: (connection: Connection) => void,
  ): Promise<Connection> {
    if (this.#isSilent) throw new DatabaseSilent()
    const { promise: refused, reject } = Promise.withResolvers<never>()
    let isRefused = false
    const connecting = connect()
    connecting.then(
      (connection) => isRefused && release(connection),
      () => {},
    )
    return this.#wait(Promise.race([connecting, refused]), () => {
      isRefused = true
      reject(new DatabaseSilent())
    })
  }

  async #wait<Value>(promise: Promise<Value>, giveUp: () => void): Promise<Value> {
    const waiting = { since: performance.now(), giveUp }
    this.#waiting.add(waiting)
    if (!this.#ticking) this.#beginToTick()
    try {
      return await promise
    } finally {
      this.#waiting.delete(waiting)
    }
  }

  stop(): void {
    this.#isOver = true
    clearInterval(this.#ticking)
    this.#line.cut()
  }

  #beginToTick(): void {
    this.#lastTick = performance.now()
    this.#ticking = setInterval(() => this.#tick(), tickMilliseconds).unref()
  }

  #tick(): void {
    const now = performance.now()
    // A process that was away itself has not yet read what came meanwhile.
    if (now - this.#lastTick > 2 * tickMilliseconds) this.#heardAt = now
    this.#lastTick = now
    const [longest] = this.#waiting
    if (!longest) {
      clearInterval(this.#ticking)
      this.#ticking = undefined
    } else if (now - Math.max(longest.since, this.#heardAt) > patienceMilliseconds && !this.#isLooking) {
      void this.#look()
    }
  }

  async #look(): Promise<void> {
    this.#isLooking = true
    const since = performance.now()
    const isThere = await this.#line.isAnswered(answerMilliseconds)
    if (isThere) this.#heardAt = performance.now()
    // An answer to anybody is as good.
    else if (this.#heardAt < since && !this.#isOver) await this.#waitForAnswer()
    this.#isLooking = false
  }

  async #waitForAnswer(): Promise<void> {
    log.warn('the database does not answer', { waiting: this.#waiting.size })
    this.#isSilent = true
    for (const { giveUp } of this.#waiting) giveUp()
    while (!this.#isOver && !(await this.#line.isAnswered(returnMilliseconds)))
      await setTimeout(pauseMilliseconds, undefined, { ref: false })
    this.#isSilent = false
    log.warn('the database answers again')
  }
}

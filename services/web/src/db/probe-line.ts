import type { Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import type { DatabaseAddress } from '../config.ts'

/** A connection for the smallest question, kept from one to the next: to open one takes four times as long as to ask. */
export class ProbeLine {
  readonly #address: DatabaseAddress
  #client: pg.Client | undefined

  constructor(address: DatabaseAddress) {
    this.#address = address
  }

  /** Whether it is answered in so many milliseconds. */
  async isAnswered(milliseconds: number): Promise<boolean> {
    // Twice, so that an answer that is there already is read before the time is said to be over.
    const over = setTimeout(milliseconds, undefined, { ref: false })
      .then(() => setTimeout(1, undefined, { ref: false }))
      .then(() => false)
    const isAnswered = await Promise.race([this.#ask(), over])
    if (!isAnswered) this.cut()
    return isAnswered
  }

  async #ask(): Promise<boolean> {
    const kept = this.#client
    const client = kept ?? this.#newClient()
    try {
      if (!kept) {
        await client.connect()
        // Keeps no process alive that has nothing else to do.
        const stream = client.connection.stream as Socket
        stream.unref()
      }
      await client.query('select 1')
      return true
    } catch {
      // Given up meanwhile.
      if (this.#client !== client) return false
      this.cut()
      // One that was kept may have broken long ago.
      return kept !== undefined && this.#ask()
    }
  }

  #newClient(): pg.Client {
    const client = new pg.Client({ ...this.#address, application_name: 'gramstack silence' })
    // Heard when it is asked.
    client.on('error', () => {})
    this.#client = client
    return client
  }

  /** Not by its own end, which says goodbye first, to somebody who may not answer. */
  cut(): void {
    this.#client?.connection.stream.destroy()
    this.#client = undefined
  }
}

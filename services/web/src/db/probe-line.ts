import type { Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import type { DatabaseAddress } from '../config.ts'
import { Passwords } from './passwords.ts'

/** A connection for the smallest question, kept from one to the next: to open one takes four times as long as to ask. */
export class ProbeLine {
  readonly #passwords: Passwords
  #client: pg.Client | undefined

  constructor(address: DatabaseAddress) {
    this.#passwords = new Passwords(address)
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
    let client = kept
    try {
      client ??= await this.#passwords.connect(() => this.#open())
      await client.query('select 1')
      return true
    } catch {
      // Given up meanwhile, or never there.
      if (!client || this.#client !== client) return false
      this.cut()
      // One that was kept may have broken long ago.
      return kept !== undefined && this.#ask()
    }
  }

  async #open(): Promise<pg.Client> {
    const client = new pg.Client({ ...this.#passwords.settings, application_name: 'gramstack silence' })
    // Heard when it is asked.
    client.on('error', () => {})
    this.#client = client
    try {
      await client.connect()
    } catch (error) {
      if (this.#client === client) this.cut()
      throw error
    }
    // Keeps no process alive that has nothing else to do.
    const stream = client.connection.stream as Socket
    stream.unref()
    return client
  }

  /** Not by its own end, which says goodbye first, to somebody who may not answer. */
  cut(): void {
    this.#client?.connection.stream.destroy()
    this.#client = undefined
  }
}

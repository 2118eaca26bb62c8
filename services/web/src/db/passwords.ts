import type { DatabaseAddress } from '../config.ts'

/**
 * What we sign in to the database with: one password, or two while it is being changed (services/new-database-password). Then some of
 * those who ask for it, pgbouncer and PostgreSQL, know the next one already, and others only the one that held.
 */
export class Passwords {
  readonly #known: string[]
  #index = 0

  /** What pg is told: where the database is, who we are, and the password that was taken last, for which it asks at each connection. */
  readonly settings: Omit<DatabaseAddress, 'password' | 'nextPassword'> & { password: () => string }

  constructor({ host, port, database, user, password, nextPassword }: DatabaseAddress) {
    this.#known = nextPassword === undefined ? [password] : [password, nextPassword]
    this.settings = { host, port, database, user, password: () => this.#known[this.#index] as string }
  }

  /**
   * Connects by whichever is taken.
   * @param attempt makes a connection by `settings`
   * @throws what the last attempt threw, if all are refused; what any threw for another reason
   */
  async connect<Connection>(attempt: () => Promise<Connection>): Promise<Connection> {
    // Twice each: of two who are asked by one name, the next may know the other.
    for (let left = this.#known.length === 1 ? 0 : 2 * this.#known.length - 1; ; left -= 1) {
      const tried = this.#index
      try {
        return await attempt()
      } catch (error) {
        if (left === 0 || !isPasswordRefused(error)) throw error
        // Unless another connection, refused at the same time, has turned to the other already.
        if (this.#index === tried) this.#index = (tried + 1) % this.#known.length
      }
    }
  }
}

/** Whether it was the password that was refused. PostgreSQL has a code for it, pgbouncer only words. */
export function isPasswordRefused(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string }
  return code === '28P01' || /SASL authentication failed|password authentication failed/.test(message ?? '')
}

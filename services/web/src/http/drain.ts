import type { Server } from 'node:http'
import type { RequestHandler } from 'express'

/**
 * Leaving without losing a request. nginx keeps connections to us open and learns of our going only when Docker's DNS drops
 * us; so first we answer everything with `Connection: close` for a few seconds, and only then stop listening.
 */
export class Drain {
  #isDraining = false

  get isDraining(): boolean {
    return this.#isDraining
  }

  readonly middleware: RequestHandler = (_request, response, next) => {
    if (this.#isDraining) response.set('Connection', 'close')
    next()
  }

  /**
   * Serves on for `seconds`, then closes the server once the requests under way are answered, or after `graceSeconds` more.
   */
  async leave(server: Server, seconds: number, graceSeconds = 4): Promise<void> {
    this.#isDraining = true
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
    await new Promise<void>((resolve) => {
      const cut = setTimeout(() => server.closeAllConnections(), graceSeconds * 1000)
      server.close(() => {
        clearTimeout(cut)
        resolve()
      })
      server.closeIdleConnections()
    })
  }
}

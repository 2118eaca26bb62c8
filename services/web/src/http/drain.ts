import type { Server } from 'node:http'
import { Server as NetServer } from 'node:net'
import type { RequestHandler } from 'express'

/**
 * Leaving without losing a request. nginx goes on sending until Docker's DNS drops us, and connections that wait to be
 * accepted when we stop listening are lost: a GET is then asked of another replica, a POST is a 502. So first we hang up on
 * GETs: nginx asks another replica, and leaves us alone for longer than we are still there (fail_timeout in its template).
 * POSTs that come meanwhile are answered. By the time we stop listening nothing waits any more.
 */
export class Drain {
  readonly #leaving = new AbortController()

  get isDraining(): boolean {
    return this.#leaving.signal.aborted
  }

  /** Aborted when the leaving begins, for whoever holds an answer open: it would be waited for. */
  get signal(): AbortSignal {
    return this.#leaving.signal
  }

  readonly middleware: RequestHandler = (request, response, next) => {
    if (this.isDraining) {
      if (request.method === 'GET' || request.method === 'HEAD') {
        request.socket.destroy()
        return
      }
      response.set('Connection', 'close')
    }
    next()
  }

  /**
   * Turns nginx away for `seconds`, then closes the server once the requests under way are answered, or after
   * `graceSeconds` more.
   */
  async leave(server: Server, seconds: number, graceSeconds = 4): Promise<void> {
    this.#leaving.abort()
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
    await new Promise<void>((resolve) => {
      const idle = setTimeout(() => server.closeIdleConnections(), Math.min(seconds, 0.5) * 1000)
      const cut = setTimeout(() => server.closeAllConnections(), graceSeconds * 1000)
      // Not the http server's own close: that cuts off at once whoever has connected and not yet been heard.
      NetServer.prototype.close.call(server, () => {
        clearTimeout(idle)
        clearTimeout(cut)
        resolve()
      })
    })
  }
}

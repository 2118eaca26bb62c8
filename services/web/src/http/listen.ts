import { createServer, type Server } from 'node:http'
import type { Express } from 'express'

/**
 * Starts serving.
 * @param address port 0 takes any free one
 * @throws the system's error, such as EADDRINUSE
 */
export function listen(app: Express, address: { host: string; port: number }): Promise<Server> {
  const server = createServer(app)
  // nginx keeps idle connections for 60 s. If we closed them first, its next POST on one would be lost.
  server.keepAliveTimeout = 65_000
  server.headersTimeout = 70_000
  // A phone photo over a slow line; nginx takes the whole body in before we see it.
  server.requestTimeout = 300_000
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(address.port, address.host, () => {
      server.off('error', reject)
      resolve(server)
    })
  })
}

import { createServer } from 'node:http'
import { log } from '../log.ts'
import { registry, watchProcess } from './registry.ts'
import { refreshSources } from './sources.ts'

/**
 * Serves GET /metrics on a port of its own, so that no way through nginx leads there.
 * @param port 0 takes any free one
 * @returns the port, and how to end it
 */
export async function serveMetrics(host: string, port: number): Promise<{ port: number; close(): void }> {
  watchProcess()
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    refreshSources()
      .then(() => registry.metrics())
      .then((text) => response.setHeader('Content-Type', registry.contentType).end(text))
      .catch((error: unknown) => {
        log.error('metrics failed', error)
        response.writeHead(500).end()
      })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  // Nobody waits for a process to end because Prometheus keeps its connection.
  server.unref()
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/**
 * The limit of pages: our feed's very query and view, and nothing of ours around it, by node:http or by Express. Nobody signs in, nothing
 * is counted, logged or refused. Runs in the app's image, beside dist; as many processes as there are replicas of web.
 *
 * node bench/stack/bare.ts http|express
 */
import cluster from 'node:cluster'
import { createServer, type RequestListener } from 'node:http'
import express from 'express'
import { h } from 'preact'
import { render } from 'preact-render-to-string'
import type * as Accounts from '../../services/web/src/accounts/service.ts'
import type * as Configuration from '../../services/web/src/config.ts'
import type * as Connecting from '../../services/web/src/db/connect.ts'
import type * as Feed from '../../services/web/src/feed/service.ts'
import type * as Views from '../../services/web/src/feed/views.tsx'

const replicas = 3

/** A module as it was built, which TypeScript need not look for. */
const built = async <Module>(path: string) => (await import(`../../dist/${path}`)) as Module

if (cluster.isPrimary) {
  for (let count = 0; count < replicas; count += 1) cluster.fork()
  process.on('SIGTERM', () => process.exit())
} else await serve(process.argv[2] === 'express' ? 'express' : 'http')

async function serve(kind: 'http' | 'express'): Promise<void> {
  const { readConfig } = await built<typeof Configuration>('config.js')
  const { connect } = await built<typeof Connecting>('db/connect.js')
  const { findPerson } = await built<typeof Accounts>('accounts/service.js')
  const { homeFeed } = await built<typeof Feed>('feed/service.js')
  const { HomePage } = await built<typeof Views>('feed/views.js')
  const config = readConfig()
  const db = connect(config.database, 'gramstack bench')
  const people = new Map<string, Accounts.Person>()

  async function page(name: string): Promise<string> {
    const viewer = people.get(name) ?? (await findPerson(db, name))
    people.set(name, viewer)
    const feed = await homeFeed(db, viewer, { maxId: undefined, limit: 10 })
    return `<!doctype html>${render(h(HomePage, { feed, isFirst: true, visitor: viewer }))}`
  }

  const bare: RequestListener = async (request, response) => {
    const text = request.url === '/readyz' ? 'ready' : await page(request.url?.slice(1) ?? '')
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': Buffer.byteLength(text) })
    response.end(text)
  }
  const app = express()
  app.get('/readyz', (_request, response) => void response.send('ready'))
  app.get('/:name', async (request, response) => void response.send(await page(request.params.name)))
  createServer(kind === 'express' ? app : bare).listen(3000, '0.0.0.0')
}

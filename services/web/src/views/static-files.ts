import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import express, { Router } from 'express'
import { originOf } from '../http/origin.ts'

// Beside the build (dist/public, hashed names), or where the files are written (services/web/public).
const built = new URL('../public/', import.meta.url)
const source = new URL('../../public/', import.meta.url)
/** Where they lie. */
export const staticFolder = fileURLToPath(existsSync(built) ? built : source)

const robots = readFileSync(`${staticFolder}robots.txt`, 'utf8')

const hashedName = /-[0-9A-Z]{8}\.\w+$/

/** GET /static/…, favicon and robots: where no nginx stands in front of us to serve them. */
export function staticFiles(): Router {
  const router = Router()
  router.use(
    '/static',
    express.static(staticFolder, {
      index: false,
      redirect: false,
      setHeaders: (response, path) => {
        response.set(
          'Cache-Control',
          hashedName.test(path) ? 'public, max-age=31536000, immutable' : 'public, max-age=300',
        )
      },
    }),
  )
  router.get('/favicon.ico', (_request, response) =>
    response.sendFile('favicon.ico', { root: staticFolder, maxAge: '1d' }),
  )
  router.get('/robots.txt', (_request, response) => {
    response.set('Cache-Control', 'public, max-age=3600').type('text/plain')
    // The sitemap's address has to be a whole one; nginx does the same to the file.
    response.send(robots.replace('Sitemap: /', `Sitemap: ${originOf(response)}/`))
  })
  return router
}

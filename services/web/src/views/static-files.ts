import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import express, { Router } from 'express'

// Beside the build (dist/public, hashed names), or where the files are written (services/web/public).
const built = new URL('../public/', import.meta.url)
const source = new URL('../../public/', import.meta.url)
const folder = fileURLToPath(existsSync(built) ? built : source)

const hashedName = /-[0-9A-Z]{8}\.\w+$/

/** GET /static/…, favicon and robots: where no nginx stands in front of us to serve them. */
export function staticFiles(): Router {
  const router = Router()
  router.use(
    '/static',
    express.static(folder, {
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
  for (const name of ['favicon.ico', 'robots.txt']) {
    router.get(`/${name}`, (_request, response) => response.sendFile(name, { root: folder, maxAge: '1d' }))
  }
  return router
}

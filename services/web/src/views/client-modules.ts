import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Router } from 'express'
import { isBuilt } from './asset.ts'
import { bundle } from './bundle.ts'

const folder = new URL('../../client/', import.meta.url)

/** GET /client/…: the modules of services/web/client, bundled anew each time. Only where the app runs from its source. */
export function clientModules(): Router {
  const router = Router()
  if (isBuilt) return router
  const names = new Set(readdirSync(folder).map((name) => name.replace(/\.ts$/, '.js')))
  router.get('/client/:name', async (request, response, next) => {
    const { name } = request.params
    if (!names.has(name)) return next()
    const path = fileURLToPath(new URL(name.replace(/\.js$/, '.ts'), folder))
    return response
      .set('Cache-Control', 'no-cache')
      .type('text/javascript')
      .send(await bundle(path, false))
  })
  return router
}

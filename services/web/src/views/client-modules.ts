import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Router } from 'express'
import { asset } from './asset.ts'
import { bundle } from './bundle.ts'

/**
 * What browsers get besides pages: the modules of services/web/client, for what a page alone cannot do, and the style sheet of
 * services/web/styles. Built, each is a static file. Run from the source, it is bundled when it is asked for, so that a change is seen
 * at the next reload.
 */
const modules = fileURLToPath(new URL('../../client/', import.meta.url))
const styles = fileURLToPath(new URL('../../styles/', import.meta.url))
const isBuilt = !existsSync(modules)

/** The URL of a module of services/web/client, for `modules` of the layout. */
export function clientModule(name: string): string {
  return isBuilt ? asset(`${name}.js`) : `/client/${name}.js`
}

/** The URL of the style sheet of all pages. */
export function styleSheet(): string {
  return isBuilt ? asset('app.css') : '/client/app.css'
}

/** GET /client/…: only where it is run from the source. */
export function clientModules(): Router {
  const router = Router()
  if (isBuilt) return router
  router.get('/client/app.css', async (_request, response) => {
    response
      .type('css')
      .set('Cache-Control', 'no-cache')
      .send(await bundle(`${styles}app.css`))
  })
  router.get('/client/:name.js', async (request, response, next) => {
    const { name } = request.params
    const file = `${modules}${name}.ts`
    if (!/^[a-z-]+$/.test(name) || !existsSync(file)) return next()
    return response
      .type('js')
      .set('Cache-Control', 'no-cache')
      .send(await bundle(file))
  })
  return router
}

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Router } from 'express'
import { asset } from './asset.ts'
import { bundleIfChanged } from './bundle.ts'
import { staticFolder } from './static-files.ts'

/**
 * What browsers get besides pages: the modules of services/web/client, for what a page alone cannot do, the style sheet of
 * services/web/styles, and the service worker. Built, each is a static file. Run from the source, it is bundled when it is asked for and
 * has changed, so that a change is seen at the next reload.
 */
const modules = fileURLToPath(new URL('../../client/', import.meta.url))
const styles = fileURLToPath(new URL('../../styles/', import.meta.url))
const serviceWorker = fileURLToPath(new URL('../../service-worker/service-worker.ts', import.meta.url))
const isBuilt = !existsSync(modules)

/** The URL of a module of services/web/client, for `modules` of the layout. */
export function clientModule(name: string): string {
  return isBuilt ? asset(`${name}.js`) : `/client/${name}.js`
}

/** The URL of the style sheet of all pages. */
export function styleSheet(): string {
  return isBuilt ? asset('app.css') : '/client/app.css'
}

/** GET /service-worker.js, where no nginx stands in front of us to serve it; GET /client/… where it is run from the source. */
export function clientModules(): Router {
  const router = Router()
  // It speaks for the whole site, so it lies at the root; and is asked for each time, so that a new one takes over at once.
  router.get('/service-worker.js', async (_request, response) => {
    response.set('Cache-Control', 'no-cache')
    if (isBuilt) response.sendFile('service-worker.js', { root: staticFolder, cacheControl: false })
    else response.type('js').send(await bundleIfChanged(serviceWorker))
  })
  if (isBuilt) return router
  router.get('/client/app.css', async (_request, response) => {
    response
      .type('css')
      .set('Cache-Control', 'no-cache')
      .send(await bundleIfChanged(`${styles}app.css`))
  })
  router.get('/client/:name.js', async (request, response, next) => {
    const { name } = request.params
    const file = `${modules}${name}.ts`
    if (!/^[a-z-]+$/.test(name) || !existsSync(file)) return next()
    return response
      .type('js')
      .set('Cache-Control', 'no-cache')
      .send(await bundleIfChanged(file))
  })
  return router
}

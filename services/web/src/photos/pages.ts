import { Router } from 'express'
import { viewerOf } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { notFound, Refusal } from '../http/refusal.ts'
import { say } from '../language/say.ts'
import { formats } from '../media/renditions.ts'
import type { Storage } from '../media/storage.ts'
import { mayView } from './service.ts'

const fileName = new RegExp(
  `^([0-9a-f]{2})/(\\1[0-9a-f]{30})/(s?\\d{1,5}\\.(?:${formats.map(({ extension }) => extension).join('|')}))$`,
)

interface MediaDeps {
  db: Db
  storage: Storage
  /** Whether nginx stands in front of us, and sends what we allow. */
  isServedByNginx: boolean
}

/**
 * GET /media/…: photos that not everybody may have, and where no nginx stands in front of us, all. Only a path of exactly the right
 * shape is looked for, so nothing outside the renditions can be named.
 */
export function mediaPages({ db, storage, isServedByNginx }: MediaDeps): Router {
  const router = Router()
  router.use('/media', async (request, response, next) => {
    const match = fileName.exec(request.path.slice(1))
    const [, shard = '', key = '', file = ''] = match ?? []
    if (!match || !['GET', 'HEAD'].includes(request.method)) throw notFound()
    if (!(await mayView(db, viewerOf(response)?.id ?? null, key))) throw notFound()
    response.set({
      'Content-Security-Policy': "default-src 'none'; sandbox",
      // Whoever may see it now may be shown the door later: asked for again each time, and answered in a few bytes.
      'Cache-Control': 'private, no-cache',
    })
    if (isServedByNginx) return response.set('X-Accel-Redirect', `/restricted-media/${shard}/${key}/${file}`).end()
    // Feed readers and cards on other sites show what is open to all. (Where nginx sends it, it knows from the folder.)
    const isOpenToAll = await mayView(db, null, key)
    response.set('Cross-Origin-Resource-Policy', isOpenToAll ? 'cross-origin' : 'same-origin')
    const send = async (isAgain: boolean): Promise<void> => {
      const path = await storage.renditionPath(key, file)
      if (!path) throw notFound()
      response.sendFile(path, { cacheControl: false, dotfiles: 'allow' }, (error) => {
        if (!error) return
        const { status, code } = error as { status?: number; code?: string }
        // Somebody scrolled on, or went away: nobody waits for an answer.
        if (code === 'ECONNABORTED') return
        // It was opened or closed to all, and so moved, after we had looked.
        if (status === 404 && !isAgain) send(true).catch(next)
        else if (status === 416) next(new Refusal('unsatisfiable', say('That part of the picture does not exist.')))
        else next(status === 404 ? notFound() : error)
      })
    }
    return send(false)
  })
  return router
}

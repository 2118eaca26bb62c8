import { Router } from 'express'
import { notFound, Refusal } from '../http/refusal.ts'
import { formats } from './renditions.ts'
import type { Storage } from './storage.ts'

const fileName = new RegExp(
  `^([0-9a-f]{2})/(\\1[0-9a-f]{30})/(\\d{1,5}\\.(?:${formats.map(({ extension }) => extension).join('|')}))$`,
)

/**
 * GET /media/…: the photos, where no nginx stands in front of us to serve them. Only a path of exactly the right shape is
 * looked for, so nothing outside the renditions can be named.
 */
export function mediaPages({ storage }: { storage: Storage }): Router {
  const router = Router()
  router.use('/media', (request, response, next) => {
    const match = fileName.exec(request.path.slice(1))
    if (!match || !['GET', 'HEAD'].includes(request.method)) throw notFound()
    response.set('Content-Security-Policy', "default-src 'none'; sandbox")
    response.set('Cross-Origin-Resource-Policy', 'same-origin')
    response.sendFile(
      match[0],
      { root: storage.renditionsRoot, immutable: true, maxAge: '365d', dotfiles: 'deny' },
      (error) => {
        if (!error) return
        const { status } = error as { status?: number }
        if (status === 416) next(new Refusal('unsatisfiable', 'That part of the picture does not exist.'))
        else next(status === 404 ? notFound() : error)
      },
    )
  })
  return router
}

import { type Request, type Response, Router } from 'express'
import { viewerOf } from '../accounts/viewer.ts'
import { type Budget, networkOf, takeAttempts } from '../attempts/service.ts'
import type { Db } from '../db/connect.ts'
import { allWrites, rateLimits } from './limits.ts'

/**
 * Refuses whoever does too much in too short a time, before any of it is done. Who is signed in is counted as that account, from wherever
 * they come; who is not can only search, and is counted by address. What strangers may send has budgets of its own: those of signing in
 * and up, and of mails.
 * @param factor how many times the usual figures
 */
export function limitRates({ db, factor }: { db: Db; factor: number }): Router {
  const router = Router()
  const scaled = (budgets: readonly Budget[]) =>
    budgets.map((budget) => ({ ...budget, most: Math.max(1, Math.floor(budget.most * factor)) }))
  const writes = scaled(allWrites)

  for (const { method, paths, budgets } of rateLimits) {
    const own = method === 'post' ? [...scaled(budgets), ...writes] : scaled(budgets)
    for (const path of paths) {
      router[method](path, async (request, response, next) => {
        const who = method === 'post' ? accountOf(response) : (accountOf(response) ?? addressOf(request))
        if (who !== undefined) await takeAttempts(db, own, who)
        next('router')
      })
    }
  }

  router.use(async (request, response, next) => {
    const who = accountOf(response)
    if (request.method === 'POST' && who !== undefined) await takeAttempts(db, writes, who)
    next()
  })

  return router
}

function accountOf(response: Response): string | undefined {
  return viewerOf(response)?.id
}

/** As the proxies that we trust tell it. */
function addressOf(request: Request): string {
  return networkOf(request.ip ?? '')
}

import { type Request, type Response, Router } from 'express'
import type { Db } from '../db/connect.ts'
import { localPath, wantsHtml } from '../http/faces.ts'
import { isForForm } from '../http/forms.ts'
import { readInput, textOf } from '../http/input.ts'
import { sendPage } from '../views/send.tsx'
import { signInInput } from './input.ts'
import { signIn, signOut } from './service.ts'
import { clearSessionCookie, sessionToken, setSessionCookie, viewerOf } from './viewer.ts'
import { SignInPage } from './views.tsx'

/** Sign in, sign out. */
export function accountPages({ db }: { db: Db }): Router {
  const router = Router()

  router.get('/sign-in', (request, response) => {
    const next = localPath(request.query.next)
    if (viewerOf(response)) return response.redirect(303, next)
    return sendPage(response, <SignInPage username="" next={next} complaints={{}} />)
  })

  router.post('/sign-in', async (request, response) => {
    try {
      const input = readInput(signInInput, request.body)
      const token = await signIn(db, input, request.get('user-agent') ?? '')
      welcome(request, response, token, input.username)
    } catch (error) {
      if (!isForForm(error, request)) throw error
      response.status(error.status)
      sendPage(response, <SignInPage {...typed(request)} complaints={error.fields} />)
    }
  })

  router.post('/sign-out', async (request, response) => {
    const token = sessionToken(request)
    if (token) await signOut(db, token)
    clearSessionCookie(request, response)
    if (wantsHtml(request)) response.redirect(303, '/')
    else response.status(204).end()
  })

  return router
}

function welcome(request: Request, response: Response, token: string, username: string): void {
  setSessionCookie(request, response, token)
  if (wantsHtml(request)) response.redirect(303, localPath(textOf(request.body, 'next')))
  else response.json({ username })
}

function typed(request: Request): { username: string; next: string } {
  return { username: textOf(request.body, 'username').slice(0, 100), next: localPath(textOf(request.body, 'next')) }
}

import { type CookieOptions, type Request, type Response, Router } from 'express'
import { signInInput } from '../accounts/input.ts'
import { clearSessionCookie, cookieOf, cookieOptions, sessionToken, viewerOf } from '../accounts/viewer.ts'
import { deviceToken, welcome } from '../accounts/welcome.ts'
import type { Db } from '../db/connect.ts'
import { localPath, wantsHtml, withNext } from '../http/faces.ts'
import { isForForm, refuseForm } from '../http/form.ts'
import { readInput, textOf } from '../http/input.ts'
import { requestedOrigin } from '../http/origin.ts'
import { newToken } from '../http/tokens.ts'
import { authenticationInput } from '../passkeys/input.ts'
import { closeSession } from '../sessions/service.ts'
import { codeInput, recoveryCodeInput } from '../two-factor/input.ts'
import { sendPage } from '../views/send.tsx'
import {
  beginPasskey,
  beginSecondStepWithPasskey,
  describeSecondStep,
  type SignedIn,
  signIn,
  signInWithPasskey,
  takeSecondStep,
  takeSecondStepWithPasskey,
  type Visit,
} from './service.ts'
import { SecondStepPage, SignInPage } from './views.tsx'

/** Of somebody between the two steps. */
const pendingCookie = 'gramstack_second_step'
/** Of a browser that was asked for a passkey: what was asked of one is taken from no other. */
const passkeyCookie = 'gramstack_passkey'

/** Signing in, in one step or two, and signing out. */
export function signInPages({ db }: { db: Db }): Router {
  const router = Router()

  router.get('/sign-in', (request, response) => {
    const next = localPath(request.query.next)
    if (viewerOf(response)) return response.redirect(303, next)
    return sendPage(response, <SignInPage username="" next={next} complaints={{}} />)
  })

  router.post('/sign-in', async (request, response) => {
    try {
      const result = await signIn(db, readInput(signInInput, request.body), visitOf(request))
      if (!('pendingToken' in result)) return await letIn(request, response, result)
      response.cookie(pendingCookie, result.pendingToken, shortCookie(request))
      const path = withNext('/sign-in/code', nextOf(request))
      if (wantsHtml(request)) response.redirect(303, path)
      else response.status(202).json({ secondStep: path })
    } catch (error) {
      signInAgain(request, response, error, 'password')
    }
  })

  router.post('/sign-in/passkey/options', async (request, response) => {
    const holder = cookieOf(request, passkeyCookie) ?? newToken()
    response.cookie(passkeyCookie, holder, shortCookie(request))
    response.json(await beginPasskey(db, { origin: requestedOrigin(request), holder }, addressOf(request)))
  })

  router.post('/sign-in/passkey', async (request, response) => {
    try {
      const { credential } = readInput(authenticationInput, request.body)
      const ceremony = { origin: requestedOrigin(request), holder: cookieOf(request, passkeyCookie) ?? '' }
      await letIn(request, response, await signInWithPasskey(db, credential, ceremony, visitOf(request)))
    } catch (error) {
      signInAgain(request, response, error, 'credential')
    }
  })

  router.get('/sign-in/code', async (request, response) => {
    const next = localPath(request.query.next)
    const step = await describeSecondStep(db, cookieOf(request, pendingCookie))
    if (!step) return response.redirect(303, withNext('/sign-in', next))
    return sendPage(response, <SecondStepPage {...step} next={next} complaints={{}} />)
  })

  router.post('/sign-in/code', async (request, response) => {
    try {
      const isRecovery = textOf(request.body, 'recoveryCode') !== ''
      const given = isRecovery ? readInput(recoveryCodeInput, request.body) : readInput(codeInput, request.body)
      const signedIn = await takeSecondStep(db, cookieOf(request, pendingCookie), given, visitOf(request))
      await letIn(request, response, signedIn)
    } catch (error) {
      await stepAgain(request, response, error, 'code')
    }
  })

  router.post('/sign-in/code/passkey/options', async (request, response) => {
    const pendingToken = cookieOf(request, pendingCookie)
    response.json(await beginSecondStepWithPasskey(db, pendingToken, requestedOrigin(request), addressOf(request)))
  })

  router.post('/sign-in/code/passkey', async (request, response) => {
    try {
      const { credential } = readInput(authenticationInput, request.body)
      const pendingToken = cookieOf(request, pendingCookie)
      const origin = requestedOrigin(request)
      const signedIn = await takeSecondStepWithPasskey(db, pendingToken, credential, origin, visitOf(request))
      await letIn(request, response, signedIn)
    } catch (error) {
      await stepAgain(request, response, error, 'credential')
    }
  })

  router.post('/sign-out', async (request, response) => {
    const token = sessionToken(request)
    if (token) await closeSession(db, token)
    clearSessionCookie(request, response)
    if (wantsHtml(request)) response.redirect(303, '/')
    else response.status(204).end()
  })

  async function letIn(request: Request, response: Response, signedIn: SignedIn): Promise<void> {
    for (const name of [pendingCookie, passkeyCookie]) {
      if (cookieOf(request, name)) response.clearCookie(name, shortCookie(request))
    }
    await welcome(db, request, response, { ...signedIn, status: 200 })
  }

  async function stepAgain(request: Request, response: Response, error: unknown, field: string): Promise<void> {
    if (!isForForm(error, request)) throw error
    const step = await describeSecondStep(db, cookieOf(request, pendingCookie))
    const complaints = refuseForm(response, error, field)
    const hasPasskey = step?.hasPasskey === true
    sendPage(response, <SecondStepPage hasPasskey={hasPasskey} next={nextOf(request)} complaints={complaints} />)
  }

  return router
}

function signInAgain(request: Request, response: Response, error: unknown, field: string): void {
  if (!isForForm(error, request)) throw error
  const username = textOf(request.body, 'username').slice(0, 100)
  const complaints = refuseForm(response, error, field)
  sendPage(response, <SignInPage username={username} next={nextOf(request)} complaints={complaints} />)
}

function visitOf(request: Request): Visit {
  return {
    address: addressOf(request),
    deviceToken: deviceToken(request),
    userAgent: request.get('user-agent') ?? '',
  }
}

/** As the proxies that we trust tell it. Nothing once the visitor has gone, who then shares a budget with all others that have. */
function addressOf(request: Request): string {
  return request.ip ?? ''
}

function nextOf(request: Request): string {
  return localPath(textOf(request.body, 'next'))
}

/** For the minutes that signing in takes, and for nothing else. */
function shortCookie(request: Request): CookieOptions {
  return { ...cookieOptions(request), path: '/sign-in', maxAge: 10 * 60 * 1000 }
}

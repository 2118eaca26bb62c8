import { type Request, type Response, Router } from 'express'
import { offerComingBack } from '../accounts/coming-back.ts'
import { signInInput } from '../accounts/input.ts'
import { clearSessionCookie, sessionToken, viewerOf } from '../accounts/viewer.ts'
import { deviceToken, welcome } from '../accounts/welcome.ts'
import type { Db } from '../db/connect.ts'
import { type Cookie, clearCookie, readCookie, setCookie } from '../http/cookies.ts'
import { localPath, wantsHtml, withNext } from '../http/faces.ts'
import { isForForm, refuseForm } from '../http/form.ts'
import { readInput, textOf } from '../http/input.ts'
import { requestedOrigin } from '../http/origin.ts'
import { Refusal } from '../http/refusal.ts'
import { newToken } from '../http/tokens.ts'
import { log } from '../log.ts'
import { authenticationInput } from '../passkeys/input.ts'
import { closeSession } from '../sessions/service.ts'
import { codeInput, recoveryCodeInput } from '../two-factor/input.ts'
import { sendPage } from '../views/send.tsx'
import {
  beginPasskey,
  beginSecondStepWithPasskey,
  describeSecondStep,
  type Leaving,
  type SignedIn,
  signIn,
  signInWithPasskey,
  takeSecondStep,
  takeSecondStepWithPasskey,
  type Visit,
} from './service.ts'
import { SecondStepPage, SignInPage } from './views.tsx'

/** Of somebody between the two steps. */
const pendingCookie: Cookie = { name: 'gramstack_second_step', path: '/sign-in' }
/** Of a browser that was asked for a passkey: what was asked of one is taken from no other. */
const passkeyCookie: Cookie = { name: 'gramstack_passkey', path: '/sign-in' }
/** For the minutes that signing in takes, and for nothing else. */
const shortSeconds = 10 * 60

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
      const input = readInput(signInInput, request.body)
      const result = await noted(response, 'password', () => signIn(db, input, visitOf(request)))
      if (!('pendingToken' in result)) return await letIn(request, response, result)
      setCookie(request, response, pendingCookie, { value: result.pendingToken, seconds: shortSeconds })
      const path = withNext('/sign-in/code', nextOf(request))
      if (wantsHtml(request)) response.redirect(303, path)
      else response.status(202).json({ secondStep: path })
    } catch (error) {
      signInAgain(request, response, error, 'password')
    }
  })

  router.post('/sign-in/passkey/options', async (request, response) => {
    const holder = readCookie(request, passkeyCookie) ?? newToken()
    setCookie(request, response, passkeyCookie, { value: holder, seconds: shortSeconds })
    response.json(await beginPasskey(db, { origin: requestedOrigin(request), holder }, addressOf(request)))
  })

  router.post('/sign-in/passkey', async (request, response) => {
    try {
      const { credential } = readInput(authenticationInput, request.body)
      const ceremony = { origin: requestedOrigin(request), holder: readCookie(request, passkeyCookie) ?? '' }
      const signedIn = await noted(response, 'passkey', () =>
        signInWithPasskey(db, credential, ceremony, visitOf(request)),
      )
      await letIn(request, response, signedIn)
    } catch (error) {
      signInAgain(request, response, error, 'credential')
    }
  })

  router.get('/sign-in/code', async (request, response) => {
    const next = localPath(request.query.next)
    const step = await describeSecondStep(db, readCookie(request, pendingCookie))
    if (!step) return response.redirect(303, withNext('/sign-in', next))
    return sendPage(response, <SecondStepPage {...step} next={next} complaints={{}} />)
  })

  router.post('/sign-in/code', async (request, response) => {
    try {
      const isRecovery = textOf(request.body, 'recoveryCode') !== ''
      const given = isRecovery ? readInput(recoveryCodeInput, request.body) : readInput(codeInput, request.body)
      const pendingToken = readCookie(request, pendingCookie)
      const signedIn = await noted(response, isRecovery ? 'recovery code' : 'code', () =>
        takeSecondStep(db, pendingToken, given, visitOf(request)),
      )
      await letIn(request, response, signedIn)
    } catch (error) {
      await stepAgain(request, response, error, 'code')
    }
  })

  router.post('/sign-in/code/passkey/options', async (request, response) => {
    const pendingToken = readCookie(request, pendingCookie)
    response.json(await beginSecondStepWithPasskey(db, pendingToken, requestedOrigin(request), addressOf(request)))
  })

  router.post('/sign-in/code/passkey', async (request, response) => {
    try {
      const { credential } = readInput(authenticationInput, request.body)
      const pendingToken = readCookie(request, pendingCookie)
      const origin = requestedOrigin(request)
      const signedIn = await noted(response, 'passkey as second step', () =>
        takeSecondStepWithPasskey(db, pendingToken, credential, origin, visitOf(request)),
      )
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

  async function letIn(request: Request, response: Response, signedIn: SignedIn | Leaving): Promise<void> {
    for (const cookie of [pendingCookie, passkeyCookie]) {
      if (readCookie(request, cookie)) clearCookie(request, response, cookie)
    }
    if ('comingBackToken' in signedIn) offerComingBack(request, response, signedIn.comingBackToken)
    else await welcome(db, request, response, { ...signedIn, status: 200 })
  }

  async function stepAgain(request: Request, response: Response, error: unknown, field: string): Promise<void> {
    if (!isForForm(error, request)) throw error
    const step = await describeSecondStep(db, readCookie(request, pendingCookie))
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

/**
 * Makes a try to come in a line of the log, whatever comes of it. Not under which name: people type their password there. The line of
 * the request, which has the same id, tells from where.
 */
async function noted<Result extends Awaited<ReturnType<typeof signIn>>>(
  response: Response,
  by: string,
  attempt: () => Promise<Result>,
): Promise<Result> {
  const { requestId } = response.locals
  try {
    const result = await attempt()
    if ('person' in result) log.info('signed in', { requestId, by, personId: result.person.id })
    else log.info('first step taken', { requestId, by })
    return result
  } catch (error) {
    if (error instanceof Refusal) log.info('sign-in refused', { requestId, by, why: error.kind })
    throw error
  }
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

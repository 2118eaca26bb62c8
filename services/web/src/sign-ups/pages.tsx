import { randomUUID } from 'node:crypto'
import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import { requireAdmin } from '../accounts/admins.ts'
import { isThereAnAdmin } from '../accounts/service.ts'
import { signedIn, viewerOf } from '../accounts/viewer.ts'
import { welcome } from '../accounts/welcome.ts'
import type { Db } from '../db/connect.ts'
import { localPath, wantsHtml } from '../http/faces.ts'
import { isForForm, refuseForm } from '../http/form.ts'
import { readInput, textOf } from '../http/input.ts'
import { readInstance } from '../instance/service.ts'
import { isInvitationGood } from '../invitations/service.ts'
import { say } from '../language/say.ts'
import type { Sending } from '../mail/sending.ts'
import { sendPage } from '../views/send.tsx'
import { accept, applicants, refuse } from './approvals.ts'
import { signUpInput } from './input.ts'
import { signUp } from './service.ts'
import { ApprovalsPage, SignUpPage, WaitingPage } from './views.tsx'

const pageSize = 50
const afterIdInput = z
  .string()
  .regex(/^\d{1,18}$/)
  .nullable()
  .catch(null)

const answerInput = z.object({
  answer: z.enum(['accept', 'refuse'], { error: () => say('The answer is accept or refuse.') }),
})

/** Signing up, and letting in those who wait for it. */
export function signUpPages(deps: Sending & { db: Db }): Router {
  const { db, isMailOn } = deps
  const router = Router()

  async function sendSignUpPage(response: Response, form: Form, complaints: Readonly<Record<string, string>>) {
    const isFirst = !(await isThereAnAdmin(db))
    const { name, description, rules, signUpMode } = await readInstance(db)
    const isInvited = signUpMode === 'invitation' && (await isInvitationGood(db, form.invitation))
    const door = isFirst ? 'first' : signUpMode === 'invitation' && isInvited ? 'invited' : signUpMode
    sendPage(response, <SignUpPage {...{ door, form, complaints, isMailOn }} about={{ name, description, rules }} />)
  }

  router.get('/sign-up', async (request, response) => {
    const next = localPath(request.query.next)
    if (viewerOf(response)) return response.redirect(303, next)
    const invitation = textOf(request.query, 'invitation').slice(0, 100)
    return sendSignUpPage(response, { username: '', email: '', next, invitation, key: randomUUID() }, {})
  })

  router.post('/sign-up', async (request, response) => {
    try {
      const input = readInput(signUpInput, request.body)
      const { person, token } = await signUp(deps, input, request.get('user-agent') ?? '')
      if (token === undefined) return waits(request, response, person.username)
      return await welcome(db, request, response, { person, token, status: 201 })
    } catch (error) {
      if (!isForForm(error, request)) throw error
      return sendSignUpPage(response, typed(request), refuseForm(response, error, 'email'))
    }
  })

  router.get('/sign-up/waiting', (_request, response) => {
    sendPage(response, <WaitingPage isMailOn={isMailOn} visitor={viewerOf(response)} />)
  })

  router.get('/admin/approvals', requireAdmin, async (request, response) => {
    const afterId = afterIdInput.parse(request.query.after_id ?? null)
    const page = await applicants(db, { afterId, limit: pageSize })
    sendPage(response, <ApprovalsPage {...page} visitor={signedIn(response)} />)
  })

  router.post('/admin/approvals/:username', requireAdmin, async (request, response) => {
    const { username } = request.params as { username: string }
    const { answer } = readInput(answerInput, request.body)
    await { accept, refuse }[answer](deps, username)
    if (wantsHtml(request)) response.redirect(303, '/admin/approvals')
    else response.status(204).end()
  })

  return router
}

interface Form {
  username: string
  email: string
  next: string
  invitation: string
  key: string
}

function waits(request: Request, response: Response, username: string): void {
  if (wantsHtml(request)) response.redirect(303, '/sign-up/waiting')
  else response.status(202).json({ username, waits: say('An admin has to let you in.') })
}

function typed({ body }: Request): Form {
  return {
    username: textOf(body, 'username').slice(0, 100),
    email: textOf(body, 'email').slice(0, 320),
    next: localPath(textOf(body, 'next')),
    invitation: textOf(body, 'invitation').slice(0, 100),
    key: textOf(body, 'key').slice(0, 100),
  }
}

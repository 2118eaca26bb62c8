import { type Request, Router } from 'express'
import type { Db } from '../db/connect.ts'
import { localPath } from '../http/faces.ts'
import { isForForm, refuseForm } from '../http/form.ts'
import { readInput, textOf } from '../http/input.ts'
import { sendPage } from '../views/send.tsx'
import { signUpInput } from './input.ts'
import { isThereAnAdmin, signUp } from './service.ts'
import { viewerOf } from './viewer.ts'
import { SignUpPage } from './views.tsx'
import { welcome } from './welcome.ts'

/** Signing up. */
export function accountPages({ db }: { db: Db }): Router {
  const router = Router()

  router.get('/sign-up', async (request, response) => {
    const next = localPath(request.query.next)
    if (viewerOf(response)) return response.redirect(303, next)
    return sendPage(
      response,
      <SignUpPage isFirst={!(await isThereAnAdmin(db))} username="" next={next} complaints={{}} />,
    )
  })

  router.post('/sign-up', async (request, response) => {
    try {
      const input = readInput(signUpInput, request.body)
      const { person, token } = await signUp(db, input, request.get('user-agent') ?? '')
      await welcome(db, request, response, { person, token, status: 201 })
    } catch (error) {
      if (!isForForm(error, request)) throw error
      const isFirst = !(await isThereAnAdmin(db))
      const complaints = refuseForm(response, error, 'username')
      sendPage(response, <SignUpPage isFirst={isFirst} {...typed(request)} complaints={complaints} />)
    }
  })

  return router
}

function typed(request: Request): { username: string; next: string } {
  return { username: textOf(request.body, 'username').slice(0, 100), next: localPath(textOf(request.body, 'next')) }
}

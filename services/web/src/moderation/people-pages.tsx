import { type Request, type Response, Router } from 'express'
import { requireModerator } from '../accounts/moderators.ts'
import { lookUp, specialPeople, standingOf } from '../accounts/standing.ts'
import { signedIn } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { done, wantsHtml } from '../http/faces.ts'
import { refuseForm } from '../http/form.ts'
import { readInput, textOf } from '../http/input.ts'
import { maxId } from '../http/paging.ts'
import { Refusal } from '../http/refusal.ts'
import type { Queue } from '../jobs/queue.ts'
import type { Storage } from '../media/storage.ts'
import { sendPage } from '../views/send.tsx'
import { mostNoteCharacters, rankInput, suspensionInput } from './input.ts'
import { PeoplePage, PersonPage } from './people-views.tsx'
import { logOf } from './service.ts'
import { lift, rank, suspend } from './suspending.ts'

const peoplePageSize = 50
const shownEntries = 20

/** Who has a rank or is suspended, and changing that. */
export function peoplePages(deps: { db: Db; storage: Storage; queue: Queue }): Router {
  const { db } = deps
  const router = Router()
  router.use('/admin/people', requireModerator)

  router.get('/admin/people', async (request, response) => {
    const visitor = signedIn(response)
    const name = typeof request.query.name === 'string' ? request.query.name.trim().replace(/^@/, '') : ''
    const found = name === '' ? undefined : await lookUp(db, name)
    if (found) return response.redirect(303, `/admin/people/${found.username}`)
    const people = await specialPeople(db, { maxId: maxId.parse(request.query.max_id), limit: peoplePageSize })
    return sendPage(response, <PeoplePage people={people} sought={name.slice(0, 100)} visitor={visitor} />)
  })

  router.get('/admin/people/:username', (request, response) => sendPerson(request, response, {}))

  for (const [name, change] of Object.entries({ suspend, lift })) {
    router.post(`/admin/people/:username/${name}`, (request, response) =>
      act(request, response, 'reason', async (username) => {
        const { reason } = readInput(suspensionInput, request.body)
        await change(deps, signedIn(response), username, reason)
      }),
    )
  }

  router.post('/admin/people/:username/rank', (request, response) =>
    act(request, response, 'rank', (username) =>
      rank(db, signedIn(response), username, readInput(rankInput, request.body).rank),
    ),
  )

  /** @param field beside which a refusal stands that is about no field */
  async function act(request: Request, response: Response, field: string, action: (name: string) => Promise<void>) {
    const { username } = request.params as { username: string }
    try {
      await action(username)
      done(request, response, `/admin/people/${username}`)
    } catch (error) {
      if (!(error instanceof Refusal) || error.kind === 'notFound' || !wantsHtml(request)) throw error
      await sendPerson(request, response, refuseForm(response, error, field))
    }
  }

  async function sendPerson(request: Request, response: Response, complaints: Readonly<Record<string, string>>) {
    const { username } = request.params as { username: string }
    const person = await standingOf(db, username)
    const log = await logOf(db, { maxId: undefined, limit: shownEntries }, person.id)
    const reason = textOf(request.body, 'reason').slice(0, 2 * mostNoteCharacters)
    sendPage(response, <PersonPage {...{ person, log, reason, complaints }} visitor={signedIn(response)} />)
  }

  return router
}

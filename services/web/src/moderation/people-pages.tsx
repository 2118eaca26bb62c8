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
import type { Sending } from '../mail/sending.ts'
import type { Storage } from '../media/storage.ts'
import { sendPage } from '../views/send.tsx'
import { expel, hasSecondStep, keep, resetSecondStep } from './admins-decide.ts'
import type { Refused } from './decision-form.tsx'
import { decisionsAbout } from './decisions.ts'
import { confirmedReasonInput, mostNoteCharacters, rankInput, reasonInput } from './input.ts'
import { logOf } from './log.ts'
import { PeoplePage, PersonPage } from './people-views.tsx'
import { silence, unsilence } from './silencing.ts'
import { lift, rank, suspend } from './suspending.ts'

const peoplePageSize = 50
const shownEntries = 20

/** Who has a rank, is silenced or suspended, and deciding about people. */
export function peoplePages(deps: Sending & { db: Db; storage: Storage }): Router {
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

  router.get('/admin/people/:username', (request, response) => sendPerson(request, response))

  for (const [name, change] of Object.entries({ silence, unsilence, suspend, lift, keep })) {
    router.post(`/admin/people/:username/${name}`, (request, response) =>
      act(request, response, name, async (username) => {
        await change(deps, signedIn(response), username, readInput(reasonInput, request.body).reason)
      }),
    )
  }

  for (const [name, change] of Object.entries({ delete: expel, 'reset-second-step': resetSecondStep })) {
    router.post(`/admin/people/:username/${name}`, (request, response) =>
      act(request, response, name, async (username) => {
        await change(deps, signedIn(response), username, readInput(confirmedReasonInput, request.body))
      }),
    )
  }

  router.post('/admin/people/:username/rank', (request, response) =>
    act(request, response, 'rank', (username) =>
      rank(db, signedIn(response), username, readInput(rankInput, request.body).rank),
    ),
  )

  async function act(request: Request, response: Response, decision: string, action: (name: string) => Promise<void>) {
    const { username } = request.params as { username: string }
    try {
      await action(username)
      done(request, response, `/admin/people/${username}`)
    } catch (error) {
      if (!(error instanceof Refusal) || error.kind === 'notFound' || !wantsHtml(request)) throw error
      const complaints = refuseForm(response, error, decision === 'rank' ? 'rank' : 'reason')
      const reason = textOf(request.body, 'reason').slice(0, 2 * mostNoteCharacters)
      await sendPerson(request, response, { decision, reason, complaints })
    }
  }

  async function sendPerson(request: Request, response: Response, refused?: Refused) {
    const visitor = signedIn(response)
    const { username } = request.params as { username: string }
    const person = await standingOf(db, username)
    const log = await logOf(db, { maxId: undefined, limit: shownEntries }, person.id)
    const decisions = decisionsAbout(visitor, person, visitor.isAdmin && (await hasSecondStep(db, person.id)))
    sendPage(response, <PersonPage {...{ person, decisions, log, refused, visitor }} />)
  }

  return router
}

import { Router } from 'express'
import { viewerOf } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { wantsHtml } from '../http/faces.ts'
import { maxId } from '../http/paging.ts'
import { sendPage } from '../views/send.tsx'
import { soughtKind, soughtText } from './input.ts'
import { describePeople, describeResults, describeTags } from './json.ts'
import { search, suggest } from './service.ts'
import { SearchPage, Suggestions } from './views.tsx'

/** Looking for people, hashtags and posts: by everybody, signed in or not. */
export function searchPages({ db }: { db: Db }): Router {
  const router = Router()

  router.get('/search', async (request, response) => {
    const viewer = viewerOf(response)
    const text = soughtText.parse(request.query.q)
    const kind = soughtKind.parse(request.query.kind)
    const beginning = { maxId: maxId.parse(request.query.max_id), after: request.query.after }
    const results = text ? await search(db, viewer, text, kind, beginning) : undefined
    if (wantsHtml(request))
      sendPage(response, <SearchPage text={text} kind={kind} results={results} visitor={viewer} />)
    else response.vary('Accept').json(describeResults(results))
  })

  router.get('/search/suggest', async (request, response) => {
    const { people, hashtags } = await suggest(db, viewerOf(response), soughtText.parse(request.query.q))
    if (wantsHtml(request)) sendPage(response, <Suggestions people={people} hashtags={hashtags} />)
    else response.vary('Accept').json([...describePeople(people), ...describeTags(hashtags)])
  })

  return router
}

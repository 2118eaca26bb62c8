import { Router } from 'express'
import { findPerson } from '../accounts/service.ts'
import { viewerOf } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { followingOf } from '../follows/service.ts'
import { wantsHtml } from '../http/faces.ts'
import { originOf } from '../http/origin.ts'
import { notFound } from '../http/refusal.ts'
import { sendPage } from '../views/send.tsx'
import { fromCode } from './code.ts'
import { maxId } from './input.ts'
import { describe } from './json.ts'
import { findPost, postsBy, postsTagged } from './service.ts'
import { HashtagPage, PostDetailPage, ProfilePage } from './views.tsx'

const gridPageSize = 24

/** A post's own page, a person's posts, those with a hashtag. */
export function postPages({ db }: { db: Db }): Router {
  const router = Router()

  router.get('/p/:code', async (request, response) => {
    const id = fromCode(request.params.code)
    if (!id) throw notFound()
    const viewer = viewerOf(response)
    const post = await findPost(db, viewer, id)
    if (wantsHtml(request))
      sendPage(response, <PostDetailPage post={post} visitor={viewer} origin={originOf(response)} />)
    else response.vary('Accept').json(describe(post))
  })

  router.get('/@:username', async (request, response) => {
    const person = await findPerson(db, request.params.username)
    if (person.username !== request.params.username) return response.redirect(301, `/@${person.username}`)
    const viewer = viewerOf(response)
    const page = await postsBy(db, person, viewer, { maxId: maxId.parse(request.query.max_id), limit: gridPageSize })
    const following = await followingOf(db, viewer, person)
    const origin = originOf(response)
    return sendPage(
      response,
      <ProfilePage person={person} following={following} page={page} visitor={viewer} origin={origin} />,
    )
  })

  router.get('/tags/:tag', async (request, response) => {
    const viewer = viewerOf(response)
    const asked = { maxId: maxId.parse(request.query.max_id), limit: gridPageSize }
    const { tag, ...page } = await postsTagged(db, request.params.tag, viewer, asked)
    if (tag !== request.params.tag) return response.redirect(301, `/tags/${encodeURIComponent(tag)}`)
    return sendPage(response, <HashtagPage tag={tag} page={page} visitor={viewer} origin={originOf(response)} />)
  })

  return router
}

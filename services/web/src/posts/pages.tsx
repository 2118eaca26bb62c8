import { Router } from 'express'
import { findPerson } from '../accounts/service.ts'
import { requireViewer, signedIn, viewerOf } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { followingOf } from '../follows/service.ts'
import { fromCode } from '../http/code.ts'
import { wantsHtml } from '../http/faces.ts'
import { maxId } from '../http/paging.ts'
import { notFound } from '../http/refusal.ts'
import { sendPage } from '../views/send.tsx'
import { describe } from './json.ts'
import { findPost, postsBy, postsLikedBy, postsMentioning } from './service.ts'
import { LikedPage, PostDetailPage, ProfilePage, TaggedPage } from './views.tsx'

const gridPageSize = 24

/** A post's own page, a person's posts, those that mention a person, and those that one likes. */
export function postPages({ db }: { db: Db }): Router {
  const router = Router()

  router.get('/p/:code', async (request, response) => {
    const id = fromCode(request.params.code)
    if (!id) throw notFound()
    const viewer = viewerOf(response)
    const post = await findPost(db, viewer, id)
    if (wantsHtml(request)) sendPage(response, <PostDetailPage post={post} visitor={viewer} />)
    else response.vary('Accept').json(describe(post))
  })

  router.get('/@:username', async (request, response) => {
    const person = await findPerson(db, request.params.username)
    if (person.username !== request.params.username) return response.redirect(301, `/@${person.username}`)
    const viewer = viewerOf(response)
    const page = await postsBy(db, person, viewer, { maxId: maxId.parse(request.query.max_id), limit: gridPageSize })
    const following = await followingOf(db, viewer, person)
    return sendPage(response, <ProfilePage person={person} following={following} page={page} visitor={viewer} />)
  })

  router.get('/@:username/tagged', async (request, response) => {
    const person = await findPerson(db, request.params.username)
    if (person.username !== request.params.username) return response.redirect(301, `/@${person.username}/tagged`)
    const viewer = viewerOf(response)
    const asked = { maxId: maxId.parse(request.query.max_id), limit: gridPageSize }
    const page = await postsMentioning(db, person, viewer, asked)
    return sendPage(response, <TaggedPage person={person} page={page} visitor={viewer} />)
  })

  router.get('/liked', requireViewer, async (request, response) => {
    const viewer = signedIn(response)
    const asked = { maxId: maxId.parse(request.query.max_id), limit: gridPageSize }
    sendPage(response, <LikedPage page={await postsLikedBy(db, viewer, asked)} visitor={viewer} />)
  })

  return router
}

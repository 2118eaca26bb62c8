import { Router } from 'express'
import { namesMentioned } from '../accounts/profile.ts'
import { findPersonFor } from '../accounts/service.ts'
import { requireViewer, signedIn, viewerOf } from '../accounts/viewer.ts'
import { hasBlocked } from '../blocks/service.ts'
import { BlockedProfilePage } from '../blocks/views.tsx'
import { commentPageSize, commentsOn, discussionOf } from '../comments/service.ts'
import { emptyForm } from '../comments/views.tsx'
import type { Db } from '../db/connect.ts'
import { followCountsFor, followingOf } from '../follows/service.ts'
import { idIn } from '../http/code.ts'
import { wantsHtml } from '../http/faces.ts'
import { originOf } from '../http/origin.ts'
import { maxId } from '../http/paging.ts'
import { hasMuted } from '../mutes/service.ts'
import { sendPage } from '../views/send.tsx'
import { describe } from './json.ts'
import { findPost, postCountFor, postsBy, postsLikedBy, postsMentioning } from './service.ts'
import { LikedPage, PostDetailPage, ProfilePage, TaggedPage } from './views.tsx'

const gridPageSize = 24

/** A post's own page, a person's posts, those that mention a person, and those that one likes. */
export function postPages({ db }: { db: Db }): Router {
  const router = Router()

  router.get('/p/:code', async (request, response) => {
    const viewer = viewerOf(response)
    const post = await findPost(db, viewer, idIn(request.params.code))
    if (!wantsHtml(request)) return response.vary('Accept').json(describe(post))
    const comments = post.isPublished
      ? {
          discussion: await discussionOf(db, viewer, post.id),
          page: await commentsOn(db, viewer, post.id, { maxId: undefined, limit: commentPageSize }),
          form: emptyForm(),
        }
      : undefined
    const origin = originOf(response)
    return sendPage(response, <PostDetailPage post={post} comments={comments} visitor={viewer} origin={origin} />)
  })

  router.get('/@:username', async (request, response) => {
    const viewer = viewerOf(response)
    const person = await findPersonFor(db, viewer, request.params.username)
    if (person.username !== request.params.username) return response.redirect(301, `/@${person.username}`)
    if (await hasBlocked(db, viewer, person))
      return sendPage(response, <BlockedProfilePage person={person} visitor={viewer} />)
    const asked = { maxId: maxId.parse(request.query.max_id), limit: gridPageSize }
    const page = await postsBy(db, person, viewer, asked)
    const relation = {
      following: await followingOf(db, viewer, person),
      isFollower: viewer !== undefined && (await followingOf(db, person, viewer)) === 'yes',
      isMuted: await hasMuted(db, viewer, person),
    }
    const counts = { posts: await postCountFor(db, viewer, person), ...(await followCountsFor(db, viewer, person)) }
    const mentioned = await namesMentioned(db, viewer, person.bio)
    const profile = { person, mentioned, relation, counts, page, visitor: viewer, origin: originOf(response) }
    return sendPage(response, <ProfilePage {...profile} />)
  })

  router.get('/@:username/tagged', async (request, response) => {
    const viewer = viewerOf(response)
    const person = await findPersonFor(db, viewer, request.params.username)
    if (person.username !== request.params.username) return response.redirect(301, `/@${person.username}/tagged`)
    if (await hasBlocked(db, viewer, person)) return response.redirect(303, `/@${person.username}`)
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

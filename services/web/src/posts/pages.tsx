import { Router } from 'express'
import { findPerson } from '../accounts/service.ts'
import { viewerOf } from '../accounts/viewer.ts'
import { commentPageSize, commentsOn, discussionOf } from '../comments/service.ts'
import { emptyForm } from '../comments/views.tsx'
import type { Db } from '../db/connect.ts'
import { followingOf } from '../follows/service.ts'
import { idIn } from '../http/code.ts'
import { wantsHtml } from '../http/faces.ts'
import { maxId } from '../http/paging.ts'
import { sendPage } from '../views/send.tsx'
import { describe } from './json.ts'
import { findPost, postsBy, postsTagged } from './service.ts'
import { HashtagPage, PostDetailPage, ProfilePage } from './views.tsx'

const gridPageSize = 24

/** A post's own page, a person's posts, those with a hashtag. */
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
    return sendPage(response, <PostDetailPage post={post} comments={comments} visitor={viewer} />)
  })

  router.get('/@:username', async (request, response) => {
    const person = await findPerson(db, request.params.username)
    if (person.username !== request.params.username) return response.redirect(301, `/@${person.username}`)
    const viewer = viewerOf(response)
    const page = await postsBy(db, person, viewer, { maxId: maxId.parse(request.query.max_id), limit: gridPageSize })
    const following = await followingOf(db, viewer, person)
    return sendPage(response, <ProfilePage person={person} following={following} page={page} visitor={viewer} />)
  })

  router.get('/tags/:tag', async (request, response) => {
    const viewer = viewerOf(response)
    const asked = { maxId: maxId.parse(request.query.max_id), limit: gridPageSize }
    const { tag, ...page } = await postsTagged(db, request.params.tag, viewer, asked)
    if (tag !== request.params.tag) return response.redirect(301, `/tags/${encodeURIComponent(tag)}`)
    return sendPage(response, <HashtagPage tag={tag} page={page} visitor={viewer} />)
  })

  return router
}

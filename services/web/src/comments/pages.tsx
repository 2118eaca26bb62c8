import { type Request, type Response, Router } from 'express'
import type { Person } from '../accounts/service.ts'
import { requireViewer, signedIn, viewerOf } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { idIn, toCode } from '../http/code.ts'
import { backTo, wantsHtml } from '../http/faces.ts'
import { readInput, textOf } from '../http/input.ts'
import { givenId, maxId } from '../http/paging.ts'
import { notFound, Refusal } from '../http/refusal.ts'
import { sendPage } from '../views/send.tsx'
import { commentInput } from './input.ts'
import { describeComment, describeCount, describeThreads } from './json.ts'
import {
  addComment,
  commentCountsOf,
  commentPageSize,
  commentsOn,
  deleteComment,
  discussionOf,
  likeComment,
  type Place,
  placeOf,
  threadOf,
  unlikeComment,
} from './service.ts'
import { type CommentFormState, CommentsPage, emptyForm, ThreadPage } from './views.tsx'

const replyPageSize = 50

/** Comments on posts, and liking them. */
export function commentPages({ db }: { db: Db }): Router {
  const router = Router()

  async function sendCommentsPage(request: Request, response: Response, form: CommentFormState): Promise<void> {
    const viewer = viewerOf(response)
    const code = String(request.params.code)
    const postId = idIn(code)
    const discussion = await discussionOf(db, viewer, postId)
    const page = await commentsOn(db, viewer, postId, {
      maxId: maxId.parse(request.query.max_id),
      limit: commentPageSize,
    })
    if (wantsHtml(request)) sendPage(response, <CommentsPage {...{ code, discussion, page, form }} visitor={viewer} />)
    else response.vary('Accept').json(describeThreads(page))
  }

  async function sendThreadPage(request: Request, response: Response, id: string, form: CommentFormState) {
    const viewer = viewerOf(response)
    const code = String(request.params.code)
    const postId = idIn(code)
    const asked = { maxId: maxId.parse(request.query.max_id), limit: replyPageSize }
    const { comment, answered, replies } = await threadOf(db, viewer, postId, id, asked)
    if (!wantsHtml(request)) {
      response.vary('Accept').json({
        ...describeComment(comment),
        replies: replies.items.map(describeComment),
        nextMaxId: replies.nextMaxId ?? null,
      })
      return
    }
    const discussion = await discussionOf(db, viewer, postId)
    sendPage(response, <ThreadPage {...{ code, discussion, comment, answered, replies, form }} visitor={viewer} />)
  }

  router.get('/p/:code/comments', (request, response) => sendCommentsPage(request, response, emptyForm()))

  router.get('/p/:code/comments/:id', (request, response) =>
    sendThreadPage(request, response, idOf(request), emptyForm()),
  )

  router.post('/p/:code/comments', requireViewer, async (request, response) => {
    const viewer = signedIn(response)
    const { code } = request.params as { code: string }
    const parent = textOf(request.body, 'parent')
    const answersId = parent === '' ? undefined : known(parent)
    try {
      const { text, idempotencyKey } = readInput(commentInput, request.body)
      const id = await addComment(db, viewer, idIn(code), {
        text,
        answersId,
        idempotencyKey: request.get('idempotency-key')?.slice(0, 200) || idempotencyKey,
      })
      const place = await placeOf(db, viewer, id)
      if (wantsHtml(request)) response.redirect(303, pathOf(place, id))
      else await sendWritten(viewer, place, id, response)
    } catch (error) {
      if (!(error instanceof Refusal && error.fields.text && wantsHtml(request))) throw error
      response.status(error.status)
      const form = { ...emptyForm(), text: textOf(request.body, 'text'), complaint: error.fields.text }
      if (answersId) await sendThreadPage(request, response, answersId, form)
      else await sendCommentsPage(request, response, form)
    }
  })

  async function sendWritten(viewer: Person, place: Place, id: string, response: Response): Promise<void> {
    const { answered } = await threadOf(db, viewer, place.postId, id, { maxId: undefined, limit: 0 })
    const comments = (await commentCountsOf(db, viewer, [place.postId])).get(place.postId) ?? 0
    response
      .status(201)
      .location(pathOf(place, id))
      .json({ ...describeComment(answered), onPost: describeCount(comments) })
  }

  // Where somebody comes from who is told of a comment, and out who had to sign in first.
  router.get('/comments/:id', async (request, response) => {
    const id = idOf(request)
    response.redirect(303, pathOf(await placeOf(db, viewerOf(response), id), id))
  })

  router.post('/comments/:id/delete', requireViewer, async (request, response) => {
    const id = idOf(request)
    const { postId } = await deleteComment(db, signedIn(response), id)
    if (!wantsHtml(request)) return response.status(204).end()
    const post = `/p/${toCode(postId)}`
    const back = backTo(request, `${post}#comments`)
    // Its own page has gone with it.
    return response.redirect(303, back.startsWith(`${post}/comments/${id}`) ? `${post}#comments` : back)
  })

  for (const [action, act] of [
    ['like', likeComment],
    ['unlike', unlikeComment],
  ] as const) {
    router.post(`/comments/:id/${action}`, requireViewer, async (request, response) => {
      const id = idOf(request)
      await act(db, signedIn(response), id)
      if (wantsHtml(request)) response.redirect(303, backTo(request, `/comments/${id}#c-${id}`))
      else response.status(204).end()
    })
  }

  return router
}

function idOf(request: Request): string {
  return known(request.params.id)
}

function known(given: unknown): string {
  const id = givenId.parse(given)
  if (!id) throw notFound()
  return id
}

/** A comment on the page where it stands, whatever page of comments it is on by now. */
function pathOf({ postId, parentId }: Place, id: string): string {
  const post = `/p/${toCode(postId)}`
  return parentId ? `${post}/comments/${parentId}#c-${id}` : `${post}#c-${id}`
}

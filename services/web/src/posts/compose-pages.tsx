import { randomUUID } from 'node:crypto'
import { type Request, type Response, Router } from 'express'
import type { Person } from '../accounts/service.ts'
import { requireViewer, signedIn } from '../accounts/viewer.ts'
import { fromCode, idIn, toCode } from '../http/code.ts'
import { wantsHtml } from '../http/faces.ts'
import { readInput, textOf } from '../http/input.ts'
import { notFound, Refusal } from '../http/refusal.ts'
import { say } from '../language/say.ts'
import { findOriginal, type PhotoDeps } from '../photos/service.ts'
import { discardReceived, receivedPaths, receivePhotos } from '../photos/upload.ts'
import { sendPage } from '../views/send.tsx'
import { type Complaints, EditPage, HistoryPage, type Typed, UploadPage } from './compose-views.tsx'
import { deletePost, editPost, removeFromPost, retryInPost } from './editing.ts'
import { editsAddress } from './edits-views.tsx'
import { mostPhotos, photoId, uploadInput, type Visibility, visibilities } from './input.ts'
import { describe } from './json.ts'
import { draftsOf, findOwnPost, type Post, revisionsOf } from './service.ts'
import { addToDraft, idOfPosted, shareDraft, sharePhotos } from './sharing.ts'

/** What an author does: sharing, drafts, editing, deleting, fetching an original. */
export function composePages(deps: PhotoDeps & { maxUploadBytes: number }): Router {
  const { db, storage, maxUploadBytes } = deps
  const router = Router()
  const upload = receivePhotos({ storage, maxUploadBytes, mostPhotos })

  async function sendUploadPage(request: Request, response: Response, complaints: Complaints): Promise<void> {
    const visitor = signedIn(response)
    sendPage(
      response,
      <UploadPage
        visitor={visitor}
        drafts={await draftsOf(db, visitor)}
        typed={typedIn(request.body, request.method === 'POST' ? '' : 'public')}
        complaints={complaints}
        maxUploadBytes={maxUploadBytes}
        // A double click sends the same key twice, and makes one post.
        idempotencyKey={randomUUID()}
      />,
    )
  }

  router.get('/upload', requireViewer, (request, response) => sendUploadPage(request, response, {}))

  router.post('/upload', requireViewer, async (request, response) => {
    try {
      await upload(request, response)
      const { draft, idempotencyKey, ...fields } = readInput(uploadInput, request.body)
      const { post, duplicateOf } = await sharePhotos(deps, signedIn(response), {
        paths: receivedPaths(request),
        fields,
        isDraft: draft,
        idempotencyKey: request.get('idempotency-key')?.slice(0, 200) || idempotencyKey,
        // Only a person can be asked; a program is told.
        ifDuplicate: wantsHtml(request) ? 'ask' : 'share',
      })
      if (wantsHtml(request)) return response.redirect(303, placeOf(post, duplicateOf))
      const status = post.isDraft || post.photos.every(({ state }) => state !== 'refused') ? 201 : 422
      return response
        .status(status)
        .location(`/p/${post.code}`)
        .json({
          ...describe(post),
          duplicateOf: duplicateOf ? `/p/${duplicateOf}` : null,
          ...(status === 422
            ? { error: say('Some of the photos cannot be shown: remove them, or try them again.') }
            : {}),
        })
    } catch (error) {
      if (!isForForm(error, request)) throw error
      response.status(error.status)
      return sendUploadPage(request, response, error.fields)
    } finally {
      await discardReceived(storage, request)
    }
  })

  async function sendEditPage(request: Request, response: Response, post: Post, complaints: Complaints) {
    const isTyped = request.method === 'POST' && Object.keys(request.body ?? {}).length > 0
    sendPage(
      response,
      <EditPage
        visitor={signedIn(response)}
        post={post}
        typed={isTyped ? typedIn(request.body, post.visibility) : saidIn(post)}
        typedPhotos={request.body ?? {}}
        complaints={complaints}
        maxUploadBytes={maxUploadBytes}
      />,
    )
  }

  router.get('/p/:code/edit', requireViewer, async (request, response) => {
    const post = await findOwnPost(db, signedIn(response), idIn(request.params.code))
    const duplicate = fromCode(String(request.query.duplicate ?? '')) && String(request.query.duplicate)
    return sendEditPage(request, response, post, duplicate ? { duplicate } : {})
  })

  /** Saves what was typed, and then does what the button says. */
  router.post('/p/:code/edit', requireViewer, async (request, response) => {
    const viewer = signedIn(response)
    const id = idIn(request.params.code)
    const chosen = (name: string) => photoId.parse(textOf(request.body, name) || undefined)
    const [remove, retry, edit] = [chosen('remove'), chosen('retry'), chosen('edit')]
    const share = textOf(request.body, 'share')
    try {
      await save(viewer, id, request.body ?? {}, share !== '')
      if (remove) await removeFromPost(deps, viewer, id, remove)
      if (retry) await retryInPost(deps, viewer, id, retry)
      const post = share
        ? await shareDraft(deps, viewer, id, share === 'again' ? 'share' : 'ask')
        : await findOwnPost(db, viewer, id)
      const isStill = remove || retry || (post.isDraft && !share)
      if (!wantsHtml(request)) return response.json(describe(post))
      if (edit) return response.redirect(303, editsAddress(post, edit))
      return response.redirect(303, isStill ? `/p/${post.code}/edit` : placeOf(post, undefined))
    } catch (error) {
      if (!isForForm(error, request)) throw error
      response.status(error.status)
      return sendEditPage(request, response, await findOwnPost(db, viewer, id), error.fields)
    }
  })

  /** Saves what was typed; where a first click has posted the draft, in the post that it is now. */
  async function save(viewer: Person, id: string, given: Record<string, unknown>, isSharing: boolean): Promise<void> {
    try {
      await editPost(deps, viewer, id, given)
    } catch (error) {
      const isGone = error instanceof Refusal && error.kind === 'notFound'
      const posted = isSharing && isGone ? await idOfPosted(db, viewer, id) : undefined
      if (!posted) throw error
      await editPost(deps, viewer, posted, given)
    }
  }

  // Where somebody comes out who had to sign in first.
  router.get('/p/:code/photos', requireViewer, (request, response) =>
    response.redirect(303, `/p/${toCode(idIn(request.params.code))}/edit`),
  )

  router.post('/p/:code/photos', requireViewer, async (request, response) => {
    const viewer = signedIn(response)
    const draft = await findOwnPost(db, viewer, idIn(request.params.code))
    try {
      await upload(request, response)
      const { photoIds, duplicateOf } = await addToDraft(deps, viewer, draft.id, receivedPaths(request))
      if (wantsHtml(request)) return response.redirect(303, `/p/${draft.code}/edit`)
      return response.status(201).json({
        ...describe(await findOwnPost(db, viewer, draft.id)),
        added: photoIds,
        duplicateOf: duplicateOf ? `/p/${duplicateOf}` : null,
      })
    } catch (error) {
      if (!isForForm(error, request)) throw error
      response.status(error.status)
      request.body = {}
      return sendEditPage(request, response, await findOwnPost(db, viewer, draft.id), error.fields)
    } finally {
      await discardReceived(storage, request)
    }
  })

  router.post('/p/:code/delete', requireViewer, async (request, response) => {
    const viewer = signedIn(response)
    await deletePost(deps, viewer, idIn(request.params.code))
    if (wantsHtml(request)) response.redirect(303, `/@${viewer.username}`)
    else response.status(204).end()
  })

  router.get('/p/:code/history', requireViewer, async (request, response) => {
    const viewer = signedIn(response)
    const { post, revisions } = await revisionsOf(db, viewer, idIn(request.params.code))
    sendPage(response, <HistoryPage visitor={viewer} post={post} revisions={revisions} />)
  })

  router.get('/p/:code/photos/:photoId/original', requireViewer, async (request, response, next) => {
    const post = await findOwnPost(db, signedIn(response), idIn(request.params.code))
    const id = photoId.parse(request.params.photoId)
    const number = post.photos.findIndex((photo) => photo.id === id) + 1
    if (!id || !number) throw notFound()
    const { path, extension } = await findOriginal(db, storage, post.id, id)
    // Its bytes are a stranger's: to be kept, never to be shown here.
    response.set({
      'Content-Type': 'application/octet-stream',
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Cache-Control': 'private, no-store',
    })
    response.attachment(`${post.author.username}-${post.code}-${number}.${extension}`)
    response.type('application/octet-stream')
    response.sendFile(path, { cacheControl: false, etag: false, dotfiles: 'allow' }, (error) => error && next(error))
  })

  return router
}

/** Where its author goes after an upload: to the post, or to what there is to decide. */
function placeOf(post: Post, duplicateOf: string | undefined): string {
  if (post.isDraft) return `/p/${post.code}/edit${duplicateOf ? `?duplicate=${duplicateOf}` : ''}`
  return post.photos.some(({ state }) => state === 'refused') ? `/p/${post.code}/edit` : `/p/${post.code}`
}

/** Whether an error is something to mend in the form: then the form comes back with what was typed. */
function isForForm(error: unknown, request: Request): error is Refusal {
  return error instanceof Refusal && Object.keys(error.fields).length > 0 && wantsHtml(request)
}

/**
 * @param otherwise the audience to offer where none was sent that there is: '' for none, since a form that broke off at a photo has lost
 *   the fields behind it, and nothing should become public for that
 */
function typedIn(body: unknown, otherwise: Visibility | ''): Typed {
  const visibility = textOf(body, 'visibility')
  return {
    caption: textOf(body, 'caption'),
    place: textOf(body, 'place'),
    visibility: visibilities.some((one) => one === visibility) ? visibility : otherwise,
    commentsOff: textOf(body, 'commentsOff') !== '',
    sensitive: textOf(body, 'sensitive') !== '',
    contentWarning: textOf(body, 'contentWarning'),
  }
}

function saidIn(post: Post): Typed {
  return {
    caption: post.caption,
    place: post.place,
    visibility: post.visibility,
    commentsOff: !post.allowsComments,
    sensitive: post.contentWarning !== null,
    contentWarning: post.contentWarning ?? '',
  }
}

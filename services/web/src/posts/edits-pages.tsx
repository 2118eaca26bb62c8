import { type Response, Router } from 'express'
import { requireViewer, signedIn } from '../accounts/viewer.ts'
import { idIn } from '../http/code.ts'
import { wantsHtml } from '../http/faces.ts'
import { textOf } from '../http/input.ts'
import { notFound, Refusal } from '../http/refusal.ts'
import { isUntouched, untouched } from '../media/edits/edits.ts'
import type { PhotoDeps } from '../photos/service.ts'
import { sendPage } from '../views/send.tsx'
import type { Complaints } from './compose-views.tsx'
import { editPhoto } from './editing.ts'
import { readEditsForm } from './edits-form.ts'
import { EditsPage, editsAddress } from './edits-views.tsx'
import { photoId } from './input.ts'
import { describe } from './json.ts'
import { findOwnPost, mayEditPhoto, photoIn } from './service.ts'

/** Editing one photo of a post that nobody else has seen, by a form; with scripts the composer's editor does the same. */
export function editsPages(deps: PhotoDeps): Router {
  const { db } = deps
  const router = Router()

  async function find(response: Response, code: unknown, id: unknown) {
    const post = await findOwnPost(db, signedIn(response), idIn(code))
    const photo = photoIn(post, photoId.parse(id))
    if (!photo || !mayEditPhoto(post, photo)) throw notFound()
    return { post, photo }
  }

  type Found = Awaited<ReturnType<typeof find>>
  function sendEditsPage(
    response: Response,
    { post, photo }: Found,
    typed: Record<string, unknown>,
    complaints: Complaints,
  ) {
    sendPage(
      response,
      <EditsPage
        visitor={signedIn(response)}
        post={post}
        photo={photo}
        number={post.photos.indexOf(photo) + 1}
        edits={photo.edits ?? untouched}
        typed={typed}
        complaints={complaints}
      />,
    )
  }

  router.get('/p/:code/photos/:photoId/edits', requireViewer, async (request, response) =>
    sendEditsPage(response, await find(response, request.params.code, request.params.photoId), {}, {}),
  )

  router.post('/p/:code/photos/:photoId/edits', requireViewer, async (request, response) => {
    const viewer = signedIn(response)
    const found = await find(response, request.params.code, request.params.photoId)
    const { post, photo } = found
    try {
      const given = request.body ?? {}
      // How large it came is known once it has been developed; before that the page has no form.
      const wished =
        textOf(given, 'undo') || !photo.original
          ? untouched
          : readEditsForm(photo.edits ?? untouched, photo.original, given)
      await editPhoto(deps, viewer, post.id, photo.id, isUntouched(wished) ? null : wished)
      if (wantsHtml(request)) return response.redirect(303, editsAddress(post, photo.id))
      return response.json(describe(await findOwnPost(db, viewer, post.id)))
    } catch (error) {
      if (!(error instanceof Refusal) || !Object.keys(error.fields).length || !wantsHtml(request)) throw error
      response.status(error.status)
      return sendEditsPage(response, found, request.body ?? {}, error.fields)
    }
  })

  return router
}

import { Router } from 'express'
import { findPerson } from '../accounts/service.ts'
import { requireViewer, signedIn, viewerOf } from '../accounts/viewer.ts'
import { wantsHtml } from '../http/faces.ts'
import { readInput, textOf } from '../http/input.ts'
import { invalidField, notFound, Refusal } from '../http/refusal.ts'
import { renditionUrl } from '../media/renditions.ts'
import { sendPage } from '../views/send.tsx'
import { fromCode } from './code.ts'
import { maxId, uploadInput } from './input.ts'
import { findPost, type Post, postsBy, type ShareDeps, sharePhoto } from './service.ts'
import { receivePhoto } from './upload.ts'
import { PostDetailPage, ProfilePage, UploadPage } from './views.tsx'

const profilePageSize = 24

/** Sharing a photo, a post's own page, a person's posts. */
export function postPages(deps: ShareDeps & { maxUploadBytes: number }): Router {
  const { db, maxUploadBytes } = deps
  const router = Router()
  const upload = receivePhoto(deps)

  router.get('/upload', requireViewer, (_request, response) => {
    sendPage(
      response,
      <UploadPage visitor={signedIn(response)} caption="" complaints={{}} maxUploadBytes={maxUploadBytes} />,
    )
  })

  router.post('/upload', requireViewer, upload, async (request, response) => {
    const { caption } = readInput(uploadInput, request.body)
    if (!request.file) throw invalidField('file', 'Choose a photo to share.')
    const post = await sharePhoto(deps, signedIn(response), { path: request.file.path, caption })
    if (wantsHtml(request)) response.redirect(303, `/p/${post.code}`)
    else response.status(201).location(`/p/${post.code}`).json(describe(post))
  })

  // The form again, with what was typed and what was wrong with it.
  router.use(
    '/upload',
    (
      error: unknown,
      request: Parameters<typeof upload>[0],
      response: Parameters<typeof upload>[1],
      next: (error: unknown) => void,
    ) => {
      const viewer = viewerOf(response)
      if (!(error instanceof Refusal) || !Object.keys(error.fields).length || !viewer || !wantsHtml(request))
        return next(error)
      response.status(error.status)
      return sendPage(
        response,
        <UploadPage
          visitor={viewer}
          caption={textOf(request.body, 'caption')}
          complaints={error.fields}
          maxUploadBytes={maxUploadBytes}
        />,
      )
    },
  )

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
    const page = await postsBy(db, person, viewer, {
      maxId: maxId.parse(request.query.max_id),
      limit: profilePageSize,
    })
    return sendPage(response, <ProfilePage person={person} page={page} visitor={viewer} />)
  })

  return router
}

/** A post for those who asked for JSON: what it is, and where its picture is. */
function describe(post: Post) {
  const [photo] = post.photos
  const media =
    photo?.state === 'ready' ? renditionUrl(photo.mediaKey, photo.renditionWidths.at(-1) ?? photo.width, 'jpg') : null
  return {
    id: post.id,
    code: post.code,
    url: `/p/${post.code}`,
    media,
    caption: post.caption,
    author: post.author.username,
  }
}

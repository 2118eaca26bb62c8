import { type Request, type Response, Router } from 'express'
import { requireViewer, signedIn } from '../accounts/viewer.ts'
import { done, wantsHtml } from '../http/faces.ts'
import { isForForm, refuseForm } from '../http/form.ts'
import { readInput } from '../http/input.ts'
import type { PhotoDeps } from '../photos/service.ts'
import { discardReceived, receivedPaths, receivePhotos } from '../photos/upload.ts'
import { sendPage } from '../views/send.tsx'
import { AvatarPage } from './avatar-views.tsx'
import { avatarStateOf, changeAvatar, cropAvatar, removeAvatar } from './avatars.ts'
import { cropInput } from './input.ts'

const path = '/settings/avatar'

/** The picture that stands for a person. */
export function avatarPages(deps: PhotoDeps & { maxUploadBytes: number }): Router {
  const { db, storage, maxUploadBytes } = deps
  const router = Router()
  const upload = receivePhotos({ storage, maxUploadBytes, mostPhotos: 1 })
  router.use(path, requireViewer)

  async function sendAvatarPage(response: Response, complaints: Readonly<Record<string, string>>): Promise<void> {
    const visitor = signedIn(response)
    const state = await avatarStateOf(db, visitor)
    sendPage(response, <AvatarPage {...{ visitor, state, complaints, maxUploadBytes }} />)
  }

  async function orForm(request: Request, response: Response, action: () => Promise<void>): Promise<void> {
    try {
      await action()
      done(request, response, path)
    } catch (error) {
      if (!isForForm(error, request)) throw error
      await sendAvatarPage(response, refuseForm(response, error, 'file'))
    }
  }

  router.get(path, async (request, response) => {
    if (wantsHtml(request)) return sendAvatarPage(response, {})
    const { crop, isUnderWay, complaint } = await avatarStateOf(db, signedIn(response))
    return response.json({ crop: crop ?? null, isUnderWay, complaint: complaint ?? null })
  })

  router.post(path, async (request, response) => {
    try {
      await orForm(request, response, async () => {
        await upload(request, response)
        const crop = readInput(cropInput, request.body)
        await changeAvatar(deps, signedIn(response), receivedPaths(request)[0], crop)
      })
    } finally {
      await discardReceived(storage, request)
    }
  })

  router.post(`${path}/crop`, (request, response) =>
    orForm(request, response, () => cropAvatar(deps, signedIn(response), readInput(cropInput, request.body))),
  )

  router.post(`${path}/remove`, async (request, response) => {
    await removeAvatar(deps, signedIn(response).id)
    done(request, response, path)
  })

  return router
}

import { type Request, Router } from 'express'
import { type Profile, rename, setProfile } from '../accounts/profile.ts'
import type { Person } from '../accounts/service.ts'
import { requireViewer, signedIn } from '../accounts/viewer.ts'
import type { Db } from '../db/connect.ts'
import { done, wantsHtml } from '../http/faces.ts'
import { isForForm, refuseForm } from '../http/form.ts'
import { readInput, textOf } from '../http/input.ts'
import { requireHonestName } from '../sign-ups/service.ts'
import { sendPage } from '../views/send.tsx'
import { profileInput, renameInput } from './input.ts'
import { ProfileFormPage, UsernamePage } from './views.tsx'

/** What somebody says of themselves, and what they are called. */
export function profilePages({ db }: { db: Db }): Router {
  const router = Router()
  router.use(['/settings/profile', '/settings/username'], requireViewer)

  router.get('/settings/profile', (request, response) => {
    const viewer = signedIn(response)
    const profile = profileOf(viewer)
    if (wantsHtml(request)) sendPage(response, <ProfileFormPage visitor={viewer} typed={profile} complaints={{}} />)
    else response.json(profile)
  })

  router.post('/settings/profile', async (request, response) => {
    const viewer = signedIn(response)
    try {
      const { displayName, bio, website, theme, language } = readInput(profileInput, request.body)
      // Somebody who is called as their username goes on so after changing that.
      const ownName = displayName === viewer.username ? '' : displayName
      await setProfile(db, viewer.id, { displayName: ownName, bio, website, theme, language })
      done(request, response, `/@${viewer.username}`)
    } catch (error) {
      if (!isForForm(error, request)) throw error
      const complaints = refuseForm(response, error, 'displayName')
      const typed = typedIn(request, profileOf(viewer))
      sendPage(response, <ProfileFormPage visitor={viewer} typed={typed} complaints={complaints} />)
    }
  })

  router.get('/settings/username', (_request, response) => {
    const viewer = signedIn(response)
    sendPage(response, <UsernamePage visitor={viewer} typed={viewer.username} complaints={{}} />)
  })

  router.post('/settings/username', async (request, response) => {
    const viewer = signedIn(response)
    try {
      const input = readInput(renameInput, request.body)
      // Whoever runs the place may be called so.
      if (!viewer.isModerator) await requireHonestName(db, input.username)
      await rename(db, viewer, input)
      if (wantsHtml(request)) response.redirect(303, `/@${input.username}`)
      else response.json({ username: input.username })
    } catch (error) {
      if (!isForForm(error, request)) throw error
      const complaints = refuseForm(response, error, 'username')
      const typed = textOf(request.body, 'username').slice(0, 100)
      sendPage(response, <UsernamePage visitor={viewer} typed={typed} complaints={complaints} />)
    }
  })

  return router
}

/** As its form shows it: a display name that was not chosen is empty. */
function profileOf({ username, displayName, bio, website, theme, language }: Person): Profile {
  return { displayName: displayName === username ? '' : displayName, bio, website, theme, language }
}

function typedIn(request: Request, saved: Profile): Profile {
  const { theme } = profileInput.pick({ theme: true }).catch({ theme: saved.theme }).parse(request.body)
  const { language } = profileInput.pick({ language: true }).catch({ language: saved.language }).parse(request.body)
  const text = (field: string) => textOf(request.body, field).slice(0, 2000)
  return {
    displayName: text('displayName'),
    bio: text('bio'),
    website: text('website'),
    theme: theme ?? saved.theme,
    language: language ?? saved.language,
  }
}

import { type Request, type Response, Router } from 'express'
import type { Person } from '../accounts/service.ts'
import { requireViewer, signedIn } from '../accounts/viewer.ts'
import { save, unsave } from '../bookmarks/service.ts'
import type { Db } from '../db/connect.ts'
import { fromCode } from '../http/code.ts'
import { backTo, done, wantsHtml } from '../http/faces.ts'
import { readInput, textOf } from '../http/input.ts'
import { maxId } from '../http/paging.ts'
import { notFound, Refusal } from '../http/refusal.ts'
import { findPost } from '../posts/service.ts'
import { sendPage } from '../views/send.tsx'
import { choiceInput, collectionInput } from './input.ts'
import {
  type Collection,
  choicesFor,
  collectionsOf,
  createCollection,
  deleteCollection,
  findCollection,
  postsIn,
  putInto,
  renameCollection,
  savedPosts,
} from './service.ts'
import { ChoicePage, CollectionPage, SavedPage } from './views.tsx'

const gridPageSize = 24

type Complaints = Readonly<Record<string, string>>

/** Saving posts, and the collections that they can be put into. */
export function collectionPages({ db }: { db: Db }): Router {
  const router = Router()

  router.post('/p/:code/save', requireViewer, async (request, response) => {
    const id = idOf(request)
    // The page of collections sends what is chosen there; the button on a post sends nothing.
    if (textOf(request.body, 'chosen') === '') {
      await save(db, signedIn(response), id)
      return done(request, response, whereItStood(request))
    }
    try {
      const { collection, name } = readInput(choiceInput, request.body)
      await putInto(db, signedIn(response), id, collection, name)
    } catch (error) {
      if (!isForForm(error, request)) throw error
      response.status(error.status)
      return sendChoicePage(request, response, error.fields)
    }
    return done(request, response, `/p/${request.params.code}`)
  })

  router.post('/p/:code/unsave', requireViewer, async (request, response) => {
    await unsave(db, signedIn(response), idOf(request))
    done(request, response, whereItStood(request))
  })

  router.get('/p/:code/save', requireViewer, (request, response) => sendChoicePage(request, response, {}))

  async function sendChoicePage(request: Request, response: Response, complaints: Complaints): Promise<void> {
    const viewer = signedIn(response)
    const post = await findPost(db, viewer, idOf(request))
    const choices = await choicesFor(db, viewer, post.id)
    const ticked =
      request.method === 'POST' ? new Set(choiceInput.shape.collection.parse(request.body?.collection)) : undefined
    sendPage(
      response,
      <ChoicePage
        visitor={viewer}
        post={post}
        choices={choices.map((choice) => ({ ...choice, isChosen: ticked?.has(choice.id) ?? choice.isChosen }))}
        name={textOf(request.body, 'name')}
        complaints={complaints}
      />,
    )
  }

  router.get('/saved', requireViewer, (request, response) => sendSavedPage(request, response, {}))

  router.post('/saved', requireViewer, async (request, response) => {
    try {
      const { name } = readInput(collectionInput, request.body)
      const id = await createCollection(db, signedIn(response), name)
      if (wantsHtml(request)) return response.redirect(303, `/saved/${id}`)
      return response.status(201).location(`/saved/${id}`).json({ id, name })
    } catch (error) {
      if (!isForForm(error, request)) throw error
      response.status(error.status)
      return sendSavedPage(request, response, error.fields)
    }
  })

  async function sendSavedPage(request: Request, response: Response, complaints: Complaints): Promise<void> {
    const viewer = signedIn(response)
    const page = await savedPosts(db, viewer, { maxId: maxId.parse(request.query.max_id), limit: gridPageSize })
    const collections = await collectionsOf(db, viewer)
    const name = textOf(request.body, 'name')
    sendPage(
      response,
      <SavedPage visitor={viewer} collections={collections} page={page} name={name} complaints={complaints} />,
    )
  }

  router.get('/saved/:collection', requireViewer, async (request, response) => {
    const collection = await collectionOf(request, signedIn(response))
    await sendCollectionPage(request, response, collection, collection.name, {})
  })

  router.post('/saved/:collection', requireViewer, async (request, response) => {
    const collection = await collectionOf(request, signedIn(response))
    try {
      const { name } = readInput(collectionInput, request.body)
      await renameCollection(db, signedIn(response), collection.id, name)
    } catch (error) {
      if (!isForForm(error, request)) throw error
      response.status(error.status)
      return sendCollectionPage(request, response, collection, textOf(request.body, 'name'), error.fields)
    }
    return done(request, response, `/saved/${collection.id}`)
  })

  router.post('/saved/:collection/delete', requireViewer, async (request, response) => {
    const viewer = signedIn(response)
    await deleteCollection(db, viewer, (await collectionOf(request, viewer)).id)
    done(request, response, '/saved')
  })

  function collectionOf(request: Request, owner: Person): Promise<Collection> {
    const id = maxId.parse(request.params.collection)
    if (!id) throw notFound()
    return findCollection(db, owner, id)
  }

  async function sendCollectionPage(
    request: Request,
    response: Response,
    collection: Collection,
    name: string,
    complaints: Complaints,
  ): Promise<void> {
    const viewer = signedIn(response)
    const asked = { maxId: maxId.parse(request.query.max_id), limit: gridPageSize }
    const page = await postsIn(db, viewer, collection.id, asked)
    sendPage(
      response,
      <CollectionPage visitor={viewer} collection={collection} page={page} name={name} complaints={complaints} />,
    )
  }

  return router
}

function idOf(request: Request): string {
  const id = fromCode(String(request.params.code))
  if (!id) throw notFound()
  return id
}

/** Whether a refusal is a complaint about a field, to be shown beside it. */
function isForForm(error: unknown, request: Request): error is Refusal {
  return error instanceof Refusal && 'name' in error.fields && wantsHtml(request)
}

/** Back to the page on which somebody has pressed the button of a post, at that post. */
function whereItStood(request: Request): string {
  const { code } = request.params as { code: string }
  return backTo(request, `/p/${code}#p-${code}`)
}

import { say } from '../language/say.ts'
import type { Post, PostPage } from '../posts/service.ts'
import { PostGrid, ProfileTabs } from '../posts/views.tsx'
import { Choice, Field } from '../views/field.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import { mostNameCharacters } from './input.ts'
import type { Collection } from './service.ts'

interface FormProps {
  /** What was typed, to be shown again. */
  name: string
  complaints: Readonly<Record<string, string>>
}

/** Everything that somebody has saved, and the collections. */
export function SavedPage({ visitor, collections, page, name, complaints }: SavedPageProps) {
  return (
    <Layout title={say('Saved')} visitor={visitor} here="/saved">
      <header class="profile">
        <div>
          <h1>{say('Saved')}</h1>
          <p class="faint">{say('Only you see what you save.')}</p>
        </div>
      </header>
      <ProfileTabs username={visitor.username} isOwn here="saved" />
      {collections.length > 0 && (
        <nav class="ways" aria-label={say('Collections')}>
          {collections.map((collection) => (
            <a key={collection.id} class="button secondary" href={`/saved/${collection.id}`}>
              {collection.name}
            </a>
          ))}
        </nav>
      )}
      <details class="more-fields" open={complaints.name !== undefined}>
        <summary>{say('New collection')}</summary>
        <NameForm action="/saved" label={say('Create')} name={name} complaints={complaints} />
      </details>
      {page.posts.length === 0 && <p class="empty">{say('Nothing saved yet. Every post has a button for it.')}</p>}
      <PostGrid page={page} path="/saved" />
    </Layout>
  )
}

interface SavedPageProps extends FormProps {
  visitor: Visitor
  collections: Collection[]
  page: PostPage
}

export function CollectionPage({ visitor, collection, page, name, complaints }: CollectionPageProps) {
  const path = `/saved/${collection.id}`
  return (
    <Layout title={collection.name} visitor={visitor}>
      <header class="profile">
        <div>
          <h1 dir="auto">{collection.name}</h1>
          <p class="faint">
            <a href="/saved">{say('All that you have saved')}</a>
          </p>
        </div>
      </header>
      {page.posts.length === 0 && (
        <p class="empty">{say('Nothing here yet: a saved post has a way to your collections.')}</p>
      )}
      <PostGrid page={page} path={path} />
      <details class="more-fields apart" open={complaints.name !== undefined}>
        <summary>{say('Rename or delete')}</summary>
        <NameForm action={path} label={say('Rename')} name={name} complaints={complaints} />
        <form method="post" action={`${path}/delete`} class="stack">
          <p class="hint">{say('What is in the collection stays saved.')}</p>
          <p class="buttons">
            <button class="danger" type="submit">
              {say('Delete the collection')}
            </button>
          </p>
        </form>
      </details>
    </Layout>
  )
}

interface CollectionPageProps extends FormProps {
  visitor: Visitor
  collection: Collection
  page: PostPage
}

function NameForm({ action, label, name, complaints }: FormProps & { action: string; label: string }) {
  return (
    <form method="post" action={action} class="stack naming">
      <Field name="name" label={say('Name')} complaint={complaints.name}>
        {(aria) => <input {...aria} value={name} required maxLength={mostNameCharacters} />}
      </Field>
      <p class="buttons">
        <button type="submit">{label}</button>
      </p>
    </form>
  )
}

/** Which collections a post is in. */
export function ChoicePage({ visitor, post, choices, name, complaints }: ChoicePageProps) {
  return (
    <Layout title={say('Save to a collection')} visitor={visitor}>
      <section class="narrow">
        <h1>{say('Save to a collection')}</h1>
        <p>
          <a href={`/p/${post.code}`}>{say('The post by {displayName}', { displayName: post.author.displayName })}</a>
        </p>
        <form method="post" action={`/p/${post.code}/save`} class="stack">
          <input type="hidden" name="chosen" value="yes" />
          {choices.length > 0 && (
            <fieldset>
              <legend>{say('Collections')}</legend>
              {choices.map((choice) => (
                <Choice
                  key={choice.id}
                  name="collection"
                  value={choice.id}
                  label={choice.name}
                  isChosen={choice.isChosen}
                />
              ))}
            </fieldset>
          )}
          <Field
            name="name"
            label={say('A new collection')}
            hint={say('Leave it empty for none.')}
            complaint={complaints.name}
          >
            {(aria) => <input {...aria} value={name} maxLength={mostNameCharacters} />}
          </Field>
          <p class="buttons">
            <button type="submit">{say('Save')}</button>
          </p>
        </form>
        {post.isSaved && (
          <form method="post" action={`/p/${post.code}/unsave`} class="apart">
            <button class="secondary" type="submit">
              {say('Remove from saved')}
            </button>
          </form>
        )}
      </section>
    </Layout>
  )
}

interface ChoicePageProps extends FormProps {
  visitor: Visitor
  post: Post
  choices: (Collection & { isChosen: boolean })[]
}

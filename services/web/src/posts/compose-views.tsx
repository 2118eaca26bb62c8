import type { ComponentChildren } from 'preact'
import type { Photo } from '../photos/service.ts'
import { Picture } from '../photos/views.tsx'
import { clientModule } from '../views/client-modules.ts'
import { Choice, Field } from '../views/field.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import { mostAltCharacters, mostCaptionCharacters, mostPhotos, visibilities } from './input.ts'
import type { RevisionRow } from './queries.ts'
import type { Post } from './service.ts'
import { audiences } from './views.tsx'

/** What was typed into the fields of a post, right or wrong, to be shown again. */
export interface Typed {
  caption: string
  place: string
  visibility: string
  commentsOff: boolean
  sensitive: boolean
  contentWarning: string
}

export type Complaints = Readonly<Record<string, string>>

const accepted = '.heic,.heif,image/jpeg,image/png,image/webp,image/avif,image/heic,image/heif,image/gif,image/tiff'

interface UploadPageProps {
  visitor: Visitor
  drafts: readonly Post[]
  typed: Typed
  complaints: Complaints
  maxUploadBytes: number
  idempotencyKey: string
}

export function UploadPage({ visitor, drafts, typed, complaints, maxUploadBytes, idempotencyKey }: UploadPageProps) {
  return (
    <Layout title="Share photos" visitor={visitor} modules={[clientModule('shared-photos')]}>
      <section class="narrow">
        <h1>Share photos</h1>
        <p class="note" role="status" data-shared-photos hidden>
          The photos that were shared from outside are chosen below. Nobody sees them until you share them here.
        </p>
        {drafts.length > 0 && (
          <nav class="note" aria-label="Drafts">
            <p>Begun and not shared yet; kept for a week:</p>
            <ul>
              {drafts.map((draft) => (
                <li key={draft.id}>
                  <a href={`/p/${draft.code}/edit`}>
                    {draft.photos.length} {draft.photos.length === 1 ? 'photo' : 'photos'}
                    {draft.caption && `: ${draft.caption.slice(0, 60)}`}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        )}
        <form method="post" action="/upload" enctype="multipart/form-data" class="stack">
          <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
          <PhotoField complaint={complaints.file} maxUploadBytes={maxUploadBytes} />
          <PostFieldset typed={typed} complaints={complaints} />
          <div class="buttons">
            <button type="submit">Share</button>
            <button class="secondary" type="submit" name="draft" value="yes">
              Describe each photo first
            </button>
          </div>
        </form>
      </section>
    </Layout>
  )
}

function PhotoField({ complaint, maxUploadBytes }: { complaint: string | undefined; maxUploadBytes: number }) {
  return (
    <Field
      name="file"
      label="Photos"
      complaint={complaint}
      hint={`1 to ${mostPhotos}: JPEG, HEIC, PNG, WebP, AVIF, TIFF or GIF, up to ${maxUploadBytes / 1_000_000} MB each`}
    >
      {(aria) => <input {...aria} type="file" required multiple accept={accepted} />}
    </Field>
  )
}

function PostFieldset({ typed, complaints }: { typed: Typed; complaints: Complaints }) {
  const isOpen =
    typed.visibility !== 'public' ||
    typed.commentsOff ||
    typed.sensitive ||
    ['visibility', 'contentWarning'].some((name) => complaints[name])
  return (
    <>
      <Field name="caption" label="Caption" complaint={complaints.caption} hint="#hashtags and @names become links">
        {(aria) => (
          <textarea {...aria} rows={4} maxLength={mostCaptionCharacters * 2} dir="auto">
            {typed.caption}
          </textarea>
        )}
      </Field>
      <Field name="place" label="Place" complaint={complaints.place}>
        {(aria) => <input {...aria} type="text" value={typed.place} maxLength={200} dir="auto" />}
      </Field>
      <details class="more-fields" open={isOpen}>
        <summary>Who sees it, comments, warning</summary>
        <div class="stack">
          <fieldset>
            <legend>Who sees it</legend>
            {visibilities.map((visibility) => (
              <div class="choice" key={visibility}>
                <input
                  type="radio"
                  name="visibility"
                  required
                  id={`field-visibility-${visibility}`}
                  value={visibility}
                  checked={visibility === typed.visibility}
                  aria-describedby={`field-visibility-${visibility}-hint`}
                />
                <label for={`field-visibility-${visibility}`}>{audiences[visibility].label}</label>
                <p class="hint" id={`field-visibility-${visibility}-hint`}>
                  {audiences[visibility].hint}
                </p>
              </div>
            ))}
            {complaints.visibility && (
              <p class="complaint" role="alert">
                {complaints.visibility}
              </p>
            )}
          </fieldset>
          <Choice name="commentsOff" label="Turn off comments" isChosen={typed.commentsOff} />
          <Choice name="sensitive" label="Sensitive: cover it until it is asked for" isChosen={typed.sensitive} />
          <Field name="contentWarning" label="Warning on the cover" complaint={complaints.contentWarning}>
            {(aria) => <input {...aria} type="text" value={typed.contentWarning} maxLength={1000} dir="auto" />}
          </Field>
        </div>
      </details>
    </>
  )
}

interface EditPageProps {
  visitor: Visitor
  post: Post
  typed: Typed
  /** Of the photos, by the name of the field. */
  typedPhotos: Readonly<Record<string, unknown>>
  complaints: Complaints
  maxUploadBytes: number
}

export function EditPage({ visitor, post, typed, typedPhotos, complaints, maxUploadBytes }: EditPageProps) {
  const title = post.isDraft ? 'Draft' : 'Edit post'
  const isWaiting = post.photos.some(({ state }) => state === 'received')
  const said = (name: string, otherwise: string) => {
    const value = typedPhotos[name]
    return typeof value === 'string' ? value : otherwise
  }
  return (
    <Layout title={title} visitor={visitor}>
      <section class="narrow">
        <h1>{title}</h1>
        {complaints.photos && (
          <p class="complaint" role="alert">
            {complaints.photos}
          </p>
        )}
        {isWaiting && (
          <p class="note" role="status">
            Some photos are still being developed. <a href={`/p/${post.code}/edit`}>Look again</a>
          </p>
        )}
        <form method="post" action={`/p/${post.code}/edit`} class="stack">
          <input type="hidden" name="whole" value="yes" />
          {/* What Enter presses is the first button of a form: else it would be the first photo's Remove. */}
          <button class="visually-hidden" type="submit" tabIndex={-1} aria-hidden="true">
            Save
          </button>
          {complaints.duplicate && <DuplicateQuestion code={complaints.duplicate} />}
          {post.photos.map((photo, index) => (
            <PhotoFieldset
              key={photo.id}
              photo={photo}
              number={index + 1}
              of={post.photos.length}
              mayRemove={!post.isPublished}
              altText={said(`alt-${photo.id}`, photo.altText)}
              order={said(`order-${photo.id}`, String(index + 1))}
              focal={said(`focal-${photo.id}`, `${photo.focal.x},${photo.focal.y}`)}
              complaint={complaints[`alt-${photo.id}`]}
            />
          ))}
          <PostFieldset typed={typed} complaints={complaints} />
          <div class="buttons">
            {post.isDraft && (
              <button type="submit" name="share" value="yes">
                Share
              </button>
            )}
            <button class={post.isDraft ? 'secondary' : ''} type="submit">
              Save
            </button>
          </div>
        </form>
        {post.isDraft && post.photos.length < mostPhotos && (
          <form method="post" action={`/p/${post.code}/photos`} enctype="multipart/form-data" class="stack apart">
            <h2>Add photos</h2>
            <PhotoField complaint={complaints.file} maxUploadBytes={maxUploadBytes} />
            <button class="secondary" type="submit">
              Add
            </button>
          </form>
        )}
        <details class="apart">
          <summary>Delete this {post.isDraft ? 'draft' : 'post'}</summary>
          <form method="post" action={`/p/${post.code}/delete`}>
            <p>It cannot be brought back.</p>
            <button class="danger" type="submit">
              Delete
            </button>
          </form>
        </details>
      </section>
    </Layout>
  )
}

function DuplicateQuestion({ code }: { code: string }) {
  return (
    <div class="note" role="alert">
      <p>
        You have shared one of these files before, in <a href={`/p/${code}`}>this post</a>. Share it again?
      </p>
      <button type="submit" name="share" value="again">
        Share it again
      </button>
    </div>
  )
}

interface PhotoFieldsetProps {
  photo: Photo
  number: number
  of: number
  mayRemove: boolean
  altText: string
  order: string
  focal: string
  complaint: string | undefined
}

function PhotoFieldset({ photo, number, of, mayRemove, altText, order, focal, complaint }: PhotoFieldsetProps) {
  return (
    <fieldset class="photo">
      <legend>{of > 1 ? `Photo ${number} of ${of}` : 'Photo'}</legend>
      <div class="preview">
        <Picture photo={photo} otherwise={`Photo ${number}`} sizes="8rem" eager />
      </div>
      <div class="stack">
        {photo.state !== 'refused' && (
          <>
            <Field
              name={`alt-${photo.id}`}
              label="Description"
              complaint={complaint}
              hint="For people who don’t see it"
            >
              {(aria) => (
                <textarea {...aria} rows={2} maxLength={mostAltCharacters * 2} dir="auto">
                  {altText}
                </textarea>
              )}
            </Field>
            <div class="pair">
              {of > 1 && (
                <Field name={`order-${photo.id}`} label="Place in the post">
                  {(aria) => <input {...aria} type="number" min={1} max={of} value={order} inputMode="numeric" />}
                </Field>
              )}
              <FocalField name={`focal-${photo.id}`} current={focal} />
            </div>
          </>
        )}
        <div class="buttons">
          {photo.state === 'refused' && photo.mayRetry && (
            <button class="secondary" type="submit" name="retry" value={photo.id}>
              Try again
            </button>
          )}
          {mayRemove && (
            <button class="quiet" type="submit" name="remove" value={photo.id}>
              Remove
            </button>
          )}
        </div>
      </div>
    </fieldset>
  )
}

const focalPoints: readonly [string, string][] = [
  ['0.5,0.5', 'in the middle'],
  ['0.5,0', 'at the top'],
  ['0.5,1', 'at the bottom'],
  ['0,0.5', 'on the left'],
  ['1,0.5', 'on the right'],
]

/** What the square in grids is cut around. */
function FocalField({ name, current }: { name: string; current: string }) {
  const isListed = focalPoints.some(([value]) => value === current)
  const options: ComponentChildren = [...(isListed ? [] : [[current, 'where it is']]), ...focalPoints].map(
    ([value = '', label]) => (
      <option key={value} value={value} selected={value === current}>
        {label}
      </option>
    ),
  )
  return (
    <Field name={name} label="What matters is">
      {(aria) => <select {...aria}>{options}</select>}
    </Field>
  )
}

export function HistoryPage({ visitor, post, revisions }: { visitor: Visitor; post: Post; revisions: RevisionRow[] }) {
  return (
    <Layout title="Earlier versions" visitor={visitor}>
      <section class="narrow">
        <h1>Earlier versions</h1>
        <p class="faint">
          Only you see this page. <a href={`/p/${post.code}`}>Back to the post</a>
        </p>
        {revisions.map((revision) => (
          <article class="revision" key={revision.replaced_at.toISOString()}>
            <p class="faint">
              until{' '}
              <time datetime={revision.replaced_at.toISOString()}>
                {revision.replaced_at.toLocaleString('en', { dateStyle: 'long', timeStyle: 'short' })}
              </time>
              {' · '}
              {audiences[revision.visibility].label}
              {revision.place && ` · ${revision.place}`}
            </p>
            {revision.content_warning && <p>Warning: {revision.content_warning}</p>}
            <p class="caption" dir="auto">
              {revision.caption || <span class="faint">No caption</span>}
            </p>
            {revision.alt_texts.some(Boolean) && (
              <ol class="faint">
                {revision.alt_texts.map((text, index) => (
                  <li key={index}>{text || 'No description'}</li>
                ))}
              </ol>
            )}
          </article>
        ))}
      </section>
    </Layout>
  )
}

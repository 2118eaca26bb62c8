import type { ComponentChildren } from 'preact'
import { phrase, say, sayWith } from '../language/say.ts'
import type { Photo } from '../photos/service.ts'
import { Picture } from '../photos/views.tsx'
import { clientModule } from '../views/client-modules.ts'
import { Choice, Field } from '../views/field.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import { Moment } from '../views/time.tsx'
import { ComposedPhotos, ComposerNews, composerWords, DropHint } from './composer-views.tsx'
import { EditDialog } from './editor-views.tsx'
import { mostAltCharacters, mostCaptionCharacters, mostPhotos, visibilities } from './input.ts'
import { describe } from './json.ts'
import type { RevisionRow } from './queries.ts'
import { mayEditPhoto, type Post } from './service.ts'
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
    <Layout
      title={say('Share photos')}
      visitor={visitor}
      modules={[clientModule('shared-photos'), clientModule('composer')]}
    >
      <section class="narrow">
        <h1>{say('Share photos')}</h1>
        <p class="note" role="status" data-shared-photos hidden>
          {say(
            'The photos that were shared from outside are chosen below. Nobody sees them until you share them here.',
          )}
        </p>
        {drafts.length > 0 && (
          <nav class="note" aria-label={say('Drafts')}>
            <p>{say('Begun and not shared yet; kept for a week:')}</p>
            <ul>
              {drafts.map((draft) => (
                <li key={draft.id}>
                  <a href={`/p/${draft.code}/edit`}>
                    {say('{photos, plural, one {# photo} other {# photos}}', { photos: draft.photos.length })}
                    {draft.caption && `: ${draft.caption.slice(0, 60)}`}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        )}
        <form
          method="post"
          action="/upload"
          enctype="multipart/form-data"
          class="stack"
          {...composerWords(maxUploadBytes)}
        >
          <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
          <div class="drop">
            <PhotoField complaint={complaints.file} maxUploadBytes={maxUploadBytes} />
            <DropHint />
          </div>
          <ComposedPhotos />
          <PostFieldset typed={typed} complaints={complaints} />
          <div class="buttons">
            <button
              type="submit"
              data-wish="share"
              data-anyway={say('Share anyway')}
              data-again={say('Share it again')}
            >
              {say('Share')}
            </button>
            <button class="secondary" type="submit" name="draft" value="yes" data-wish="describe">
              {say('Describe each photo first')}
            </button>
          </div>
          <ComposerNews />
        </form>
        <EditDialog />
      </section>
    </Layout>
  )
}

function PhotoField({ complaint, maxUploadBytes }: { complaint: string | undefined; maxUploadBytes: number }) {
  return (
    <Field
      name="file"
      label={say('Photos')}
      complaint={complaint}
      hint={say('1 to {most}: JPEG, HEIC, PNG, WebP, AVIF, TIFF or GIF, up to {megabytes, number} MB each', {
        most: mostPhotos,
        megabytes: maxUploadBytes / 1_000_000,
      })}
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
      <Field
        name="caption"
        label={say('Caption')}
        complaint={complaints.caption}
        hint={say('#hashtags and @names become links')}
      >
        {(aria) => (
          <textarea {...aria} rows={4} maxLength={mostCaptionCharacters * 2} dir="auto" data-suggests="names">
            {typed.caption}
          </textarea>
        )}
      </Field>
      <Field name="place" label={say('Place')} complaint={complaints.place}>
        {(aria) => <input {...aria} type="text" value={typed.place} maxLength={200} dir="auto" />}
      </Field>
      <details class="more-fields" open={isOpen}>
        <summary>{say('Who sees it, comments, warning')}</summary>
        <div class="stack">
          <fieldset>
            <legend>{say('Who sees it')}</legend>
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
                <label for={`field-visibility-${visibility}`}>{say(audiences[visibility].label)}</label>
                <p class="hint" id={`field-visibility-${visibility}-hint`}>
                  {say(audiences[visibility].hint)}
                </p>
              </div>
            ))}
            {complaints.visibility && (
              <p class="complaint" role="alert">
                {complaints.visibility}
              </p>
            )}
          </fieldset>
          <Choice name="commentsOff" label={say('Turn off comments')} isChosen={typed.commentsOff} />
          <Choice
            name="sensitive"
            label={say('Sensitive: cover it until it is asked for')}
            isChosen={typed.sensitive}
          />
          <Field name="contentWarning" label={say('Warning on the cover')} complaint={complaints.contentWarning}>
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
  const title = post.isDraft ? say('Draft') : say('Edit post')
  const facts = post.isDraft ? describe(post).photos : []
  const isWaiting = post.photos.some(({ state }) => state === 'received')
  const said = (name: string, otherwise: string) => {
    const value = typedPhotos[name]
    return typeof value === 'string' ? value : otherwise
  }
  return (
    <Layout title={title} visitor={visitor} modules={post.isDraft ? [clientModule('composer')] : []}>
      <section class="narrow">
        <h1>{title}</h1>
        {complaints.photos && (
          <p class="complaint" role="alert">
            {complaints.photos}
          </p>
        )}
        {isWaiting && (
          <p class="note" role="status" data-plain>
            {say('Some photos are still being developed.')} <a href={`/p/${post.code}/edit`}>{say('Look again')}</a>
          </p>
        )}
        <form
          method="post"
          action={`/p/${post.code}/edit`}
          class="stack"
          {...(post.isDraft ? composerWords(maxUploadBytes, `/p/${post.code}`) : {})}
        >
          <input type="hidden" name="whole" value="yes" />
          {/* What Enter presses is the first button of a form: else it would be the first photo's Remove. */}
          <button class="visually-hidden" type="submit" tabIndex={-1} aria-hidden="true" data-wish="keep">
            {say('Save')}
          </button>
          {complaints.duplicate && <DuplicateQuestion code={complaints.duplicate} />}
          {post.photos.map((photo, index) => (
            <PhotoFieldset
              key={photo.id}
              photo={photo}
              facts={facts[index] && JSON.stringify(facts[index])}
              number={index + 1}
              of={post.photos.length}
              mayRemove={!post.isPublished}
              mayEdit={mayEditPhoto(post, photo)}
              altText={said(`alt-${photo.id}`, photo.altText)}
              order={said(`order-${photo.id}`, String(index + 1))}
              focal={said(`focal-${photo.id}`, `${photo.focal.x},${photo.focal.y}`)}
              complaint={complaints[`alt-${photo.id}`]}
              editsComplaint={complaints[`edits-${photo.id}`]}
            />
          ))}
          {post.isDraft && <ComposedPhotos />}
          <PostFieldset typed={typed} complaints={complaints} />
          <div class="buttons">
            {post.isDraft && (
              <button
                type="submit"
                name="share"
                value="yes"
                data-wish="share"
                data-anyway={say('Share anyway')}
                data-again={say('Share it again')}
              >
                {say('Share')}
              </button>
            )}
            <button class={post.isDraft ? 'secondary' : ''} type="submit" data-wish="keep">
              {say('Save')}
            </button>
          </div>
          {post.isDraft && <ComposerNews />}
        </form>
        {post.isDraft && (
          <form
            method="post"
            action={`/p/${post.code}/photos`}
            enctype="multipart/form-data"
            class="stack apart"
            data-adding
            hidden={post.photos.length >= mostPhotos}
          >
            <h2>{say('Add photos')}</h2>
            <div class="drop">
              <PhotoField complaint={complaints.file} maxUploadBytes={maxUploadBytes} />
              <DropHint />
            </div>
            <button class="secondary" type="submit">
              {say('Add')}
            </button>
          </form>
        )}
        {post.isDraft && <EditDialog />}
        <details class="apart">
          <summary>{post.isDraft ? say('Delete this draft') : say('Delete this post')}</summary>
          <form method="post" action={`/p/${post.code}/delete`}>
            <p>{say('It cannot be brought back.')}</p>
            <button class="danger" type="submit">
              {say('Delete')}
            </button>
          </form>
        </details>
      </section>
    </Layout>
  )
}

function DuplicateQuestion({ code }: { code: string }) {
  return (
    <div class="note" role="alert" data-plain>
      <p>
        {sayWith('You have shared one of these files before, in <way>this post</way>. Share it again?', {
          way: (inside) => <a href={`/p/${code}`}>{inside}</a>,
        })}
      </p>
      <button type="submit" name="share" value="again">
        {say('Share it again')}
      </button>
    </div>
  )
}

interface PhotoFieldsetProps {
  photo: Photo
  /** What the composer is told of it, which takes it over. */
  facts: string | undefined
  number: number
  of: number
  mayRemove: boolean
  mayEdit: boolean
  altText: string
  order: string
  focal: string
  complaint: string | undefined
  editsComplaint: string | undefined
}

function PhotoFieldset({ photo, facts, number, of, mayRemove, mayEdit, ...said }: PhotoFieldsetProps) {
  const { altText, order, focal, complaint, editsComplaint } = said
  return (
    <fieldset class="photo" data-plain-photo={facts}>
      <legend>{of > 1 ? say('Photo {number} of {of}', { number, of }) : say('Photo')}</legend>
      <div class="preview">
        <Picture photo={photo} otherwise={say('Photo {number}', { number })} sizes="8rem" haste="early" />
      </div>
      <div class="stack">
        {photo.state !== 'refused' && (
          <>
            <Field
              name={`alt-${photo.id}`}
              label={say('Description')}
              complaint={complaint}
              hint={say('For people who don’t see it')}
            >
              {(aria) => (
                <textarea {...aria} rows={2} maxLength={mostAltCharacters * 2} dir="auto">
                  {altText}
                </textarea>
              )}
            </Field>
            <div class="pair">
              {of > 1 && (
                <Field name={`order-${photo.id}`} label={say('Place in the post')}>
                  {(aria) => <input {...aria} type="number" min={1} max={of} value={order} inputMode="numeric" />}
                </Field>
              )}
              <FocalField name={`focal-${photo.id}`} current={focal} />
            </div>
          </>
        )}
        {editsComplaint && (
          <p class="complaint" role="alert">
            {editsComplaint}
          </p>
        )}
        <div class="buttons">
          {mayEdit && (
            <button class="secondary" type="submit" name="edit" value={photo.id}>
              {say('Edit')}
            </button>
          )}
          {photo.state === 'refused' && photo.mayRetry && (
            <button class="secondary" type="submit" name="retry" value={photo.id}>
              {say('Try again')}
            </button>
          )}
          {mayRemove && (
            <button class="quiet" type="submit" name="remove" value={photo.id}>
              {say('Remove')}
            </button>
          )}
        </div>
      </div>
    </fieldset>
  )
}

const focalPoints: readonly [string, string][] = [
  ['0.5,0.5', phrase('in the middle')],
  ['0.5,0', phrase('at the top')],
  ['0.5,1', phrase('at the bottom')],
  ['0,0.5', phrase('on the left')],
  ['1,0.5', phrase('on the right')],
]

/** What the square in grids is cut around. */
function FocalField({ name, current }: { name: string; current: string }) {
  const isListed = focalPoints.some(([value]) => value === current)
  const options: ComponentChildren = [...(isListed ? [] : [[current, phrase('where it is')]]), ...focalPoints].map(
    ([value = '', label]) => (
      <option key={value} value={value} selected={value === current}>
        {say(label ?? '')}
      </option>
    ),
  )
  return (
    <Field name={name} label={say('What matters is')}>
      {(aria) => <select {...aria}>{options}</select>}
    </Field>
  )
}

export function HistoryPage({ visitor, post, revisions }: { visitor: Visitor; post: Post; revisions: RevisionRow[] }) {
  return (
    <Layout title={say('Earlier versions')} visitor={visitor}>
      <section class="narrow">
        <h1>{say('Earlier versions')}</h1>
        <p class="faint">
          {say('Only you see this page.')} <a href={`/p/${post.code}`}>{say('Back to the post')}</a>
        </p>
        {!revisions.length && <p class="empty">{say('Nothing has been changed.')}</p>}
        {revisions.map((revision) => (
          <article class="revision" key={revision.replaced_at.toISOString()}>
            <p class="faint">
              {sayWith('until {moment}', { moment: <Moment of={revision.replaced_at} /> })}
              {' · '}
              {say(audiences[revision.visibility].label)}
              {revision.place && ` · ${revision.place}`}
            </p>
            {revision.content_warning && <p>{say('Warning: {warning}', { warning: revision.content_warning })}</p>}
            <p class="caption" dir="auto">
              {revision.caption || <span class="faint">{say('No caption')}</span>}
            </p>
            {revision.alt_texts.some(Boolean) && (
              <ol class="faint">
                {revision.alt_texts.map((text, index) => (
                  <li key={index}>{text || say('No description')}</li>
                ))}
              </ol>
            )}
          </article>
        ))}
      </section>
    </Layout>
  )
}

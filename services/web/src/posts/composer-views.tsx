import { say, sayWith } from '../language/say.ts'
import { clientModule } from '../views/client-modules.ts'
import { Field } from '../views/field.tsx'
import { Icon } from '../views/icon.tsx'
import { mostAltCharacters, mostPhotos } from './input.ts'

/** What the module `composer` needs of the page: parts that it shows, and every word. Without it nothing of this is seen. */

/**
 * Attributes of the form: the sentences that it says, and the limits that it knows.
 * @param draft the path of the draft that is composed further
 */
export function composerWords(maxUploadBytes: number, draft?: string) {
  return {
    'data-composer': '',
    'data-draft': draft,
    'data-editor': clientModule('editor'),
    'data-most': mostPhotos,
    'data-most-bytes': maxUploadBytes,
    'data-none': say('Choose a photo to share.'),
    'data-too-many': say('A post has at most {mostPhotos} photos.', { mostPhotos }),
    'data-too-large': say('That photo is too large: up to {megabytes, number} MB are welcome.', {
      megabytes: maxUploadBytes / 1_000_000,
    }),
    'data-refused': say('One of the photos cannot be shown: remove it first, or try it again.'),
    'data-failed': say('One of the photos did not arrive: try it again, or remove it first.'),
    'data-waits': say('It goes on as soon as all photos have arrived.'),
    'data-all': say('All photos have arrived.'),
    'data-again': say('That photo is here already.'),
    'data-moved': say('This is photo {number} of {of} now.', placeholders),
    'data-removed': say('The photo is removed.'),
    'data-kept': say('Kept as a draft'),
    'data-not-kept': say('Not kept yet'),
    'data-edited': say('The photo is edited.'),
    'data-unread': say('Your browser cannot read this photo. It can be edited as soon as it is developed.'),
    'data-unread-again': say('Your browser cannot read this photo: to edit it anew, undo its edits first.'),
    'data-unreachable': say('The photo could not be fetched. Try it again.'),
  }
}

/** Numbers that the module puts in. */
const placeholders = { number: '{number}', of: '{of}' }

export function DropHint() {
  return <p class="drop-hint">{say('Choose them here, drop them anywhere on this page, or paste them')}</p>
}

/** Where the chosen photos stand, and what one of them looks like. */
export function ComposedPhotos() {
  return (
    <>
      <ol class="tiles" data-photos />
      <template
        data-photo
        data-number={say('Photo {number} of {of}', placeholders)}
        data-waiting={say('Waits for its turn')}
        data-sending={say('Is being sent')}
        data-lost={say('The connection is gone. It goes on by itself once that is back.')}
        data-there={say('Has arrived')}
      >
        <li>
          <fieldset class="photo">
            <legend />
            <div class="preview" aria-hidden="true">
              <canvas width="4" height="3" />
            </div>
            <div class="stack">
              <div>
                <progress max={1} value={0} aria-label={say('How much of it is sent')} />
                <p class="hint" data-said />
                <p class="hint" data-duplicate hidden>
                  {sayWith('You have shared this one before, in <way>this post</way>.', {
                    way: (inside) => (
                      <a href="/" target="_blank" rel="noopener">
                        {inside}
                      </a>
                    ),
                  })}
                </p>
              </div>
              <Field name="alt" scope="new" label={say('Description')} hint={say('For people who don’t see it')}>
                {(aria) => <textarea {...aria} rows={2} maxLength={mostAltCharacters * 2} dir="auto" />}
              </Field>
              <input type="hidden" data-edits />
              <div class="tile-ways">
                <span class="tile-grip" data-grip aria-hidden="true">
                  <Icon name="grip" />
                </span>
                <button class="icon" type="button" data-move="-1" aria-label={say('Move it up')}>
                  <Icon name="up" />
                </button>
                <button class="icon" type="button" data-move="1" aria-label={say('Move it down')}>
                  <Icon name="down" />
                </button>
                <button class="secondary" type="button" data-retry hidden>
                  {say('Try again')}
                </button>
                <button class="secondary" type="button" data-edit hidden>
                  {say('Edit')}
                </button>
                <button class="quiet" type="button" data-undo-edits hidden>
                  {say('Undo all edits')}
                </button>
                <button class="quiet" type="button" data-remove>
                  {say('Remove')}
                </button>
              </div>
            </div>
          </fieldset>
        </li>
      </template>
    </>
  )
}

/** What there is to say below the buttons: whether it is kept, what went wrong, and what to think of before sharing. */
export function ComposerNews() {
  return (
    <>
      <p class="hint kept-line" data-kept-line />
      <p class="complaint" role="alert" data-problem />
      <div class="note" role="alert" data-reminders hidden>
        <p data-reminder="undescribed" hidden>
          {say('Not every photo has a description yet. People who don’t see them would like one.')}
        </p>
        <p data-reminder="duplicate" hidden>
          {sayWith('You have shared one of these files before, in <way>this post</way>. Share it again?', {
            way: (inside) => (
              <a href="/" target="_blank" rel="noopener">
                {inside}
              </a>
            ),
          })}
        </p>
      </div>
      <p class="visually-hidden" role="status" data-news />
    </>
  )
}

import { phrase, say } from '../language/say.ts'

/** What keys do, in a window that `?` opens; client/page/keys.ts does it. */
export function KeyHelp() {
  return (
    <dialog id="key-help" aria-labelledby="key-help-title">
      <h2 id="key-help-title">{say('Keys')}</h2>
      <dl class="keys">
        {keys.map(([key, deed]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{say(deed)}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog" class="stack">
        <div class="choice">
          <input id="keys-on" type="checkbox" checked />
          <label for="keys-on">{say('Keys are on')}</label>
        </div>
        <button type="submit">{say('Close')}</button>
      </form>
    </dialog>
  )
}

const keys: readonly [key: string, deed: string][] = [
  ['j', phrase('Next post')],
  ['k', phrase('Post before')],
  ['l', phrase('Like it, or no longer')],
  ['s', phrase('Save it, or no longer')],
  ['c', phrase('Write a comment')],
  ['←', phrase('Photo to the left')],
  ['→', phrase('Photo to the right')],
  ['?', phrase('This list')],
]

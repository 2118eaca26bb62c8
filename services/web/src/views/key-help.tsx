/** What keys do, in a window that `?` opens; client/page/keys.ts does it. */
export function KeyHelp() {
  return (
    <dialog id="key-help" aria-labelledby="key-help-title">
      <h2 id="key-help-title">Keys</h2>
      <dl class="keys">
        {keys.map(([key, deed]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{deed}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog" class="stack">
        <div class="choice">
          <input id="keys-on" type="checkbox" checked />
          <label for="keys-on">Keys are on</label>
        </div>
        <button type="submit">Close</button>
      </form>
    </dialog>
  )
}

const keys: readonly [key: string, deed: string][] = [
  ['j', 'Next post'],
  ['k', 'Post before'],
  ['l', 'Like it, or no longer'],
  ['s', 'Save it, or no longer'],
  ['c', 'Write a comment'],
  ['←', 'Photo to the left'],
  ['→', 'Photo to the right'],
  ['?', 'This list'],
]

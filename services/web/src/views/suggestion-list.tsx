import { say } from '../language/say.ts'

/**
 * What client/page offers while somebody types in a field that says what it `data-suggests`: `places` to go to, or `names` and hashtags to
 * write. Empty, and not to be seen, until then. It stands above everything, so that it is nowhere cut off and moves nothing.
 */
export function SuggestionList() {
  return (
    <>
      <ul id="suggested" class="suggested" aria-label={say('Suggestions')} popover="manual" />
      <p id="suggested-told" class="visually-hidden" role="status" />
    </>
  )
}

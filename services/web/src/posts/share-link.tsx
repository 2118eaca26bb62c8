import { useContext } from 'preact/hooks'
import { say } from '../language/say.ts'
import { Icon } from '../views/icon.tsx'
import { Origin } from '../views/origin.ts'

/**
 * The address of a post, to be passed on: a field to copy it from, and in browsers that can the way to other apps or to the clipboard
 * (client/page/share.ts). Only for posts that everybody may see who has the address.
 */
export function ShareLink({ code }: { code: string }) {
  const origin = useContext(Origin) ?? ''
  const id = `share-${code}`
  return (
    <div class="share-link" data-copied={say('Link copied')}>
      <details>
        <summary class="icon share-summary" aria-label={say('Share')}>
          <Icon name="share" />
        </summary>
        <div class="field">
          <label for={id}>{say('Address of this post')}</label>
          <input id={id} type="text" dir="ltr" readOnly value={`${origin}/p/${code}`} />
        </div>
      </details>
    </div>
  )
}

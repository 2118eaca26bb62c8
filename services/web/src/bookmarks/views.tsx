import { Icon } from '../views/icon.tsx'

const labels = { save: 'Save', unsave: 'Saved · remove' } as const

/** Saves a post for oneself, or ends that; and the way to put it into a collection. */
export function SaveButton({ code, isSaved }: { code: string; isSaved: boolean }) {
  const [now, then] = isSaved ? (['unsave', 'save'] as const) : (['save', 'unsave'] as const)
  return (
    <div class="saving">
      {/* Also for what was saved just now: a collection is chosen afterwards. */}
      <a class="icon" href={`/p/${code}/save`} aria-label="Collections" hidden={!isSaved} data-toggled-by="save">
        <Icon name="folder" />
      </a>
      <form method="post" action={`/p/${code}/${now}`} data-toggle="save" data-other={`/p/${code}/${then}`}>
        <button
          type="submit"
          class="icon"
          aria-pressed={isSaved ? 'true' : 'false'}
          aria-label={labels[now]}
          data-other={labels[then]}
        >
          <Icon name="bookmark" />
        </button>
      </form>
    </div>
  )
}

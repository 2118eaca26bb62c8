/** Saves a post for oneself, or ends that; and the way to put it into a collection. */
export function SaveButton({ code, isSaved }: { code: string; isSaved: boolean }) {
  return (
    <div class="saving">
      <form method="post" action={`/p/${code}/${isSaved ? 'unsave' : 'save'}`}>
        <button type="submit" class="quiet">
          {isSaved ? 'Saved · remove' : 'Save'}
        </button>
      </form>
      {isSaved && <a href={`/p/${code}/save`}>Collections</a>}
    </div>
  )
}

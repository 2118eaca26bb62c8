import { say } from '../language/say.ts'
import { Handle } from '../views/handle.tsx'
import type { Visitor } from '../views/layout.tsx'
import { Moment } from '../views/time.tsx'
import { Desk } from './admin-views.tsx'
import type { Failure } from './failures.ts'
import { jobTitle } from './job-titles.ts'

/** What failed, and what can be done about it. */
export function FailuresPage({ items, hasMore, visitor }: { items: Failure[]; hasMore: boolean; visitor: Visitor }) {
  return (
    <Desk title={say('Errors')} here="overview" visitor={visitor}>
      <p class="hint">
        {say(
          'Work that was tried as often as it makes sense, and failed. It is forgotten after a day; mails and pushes after an hour, for they hold addresses.',
        )}
      </p>
      {items.length === 0 && <p class="empty">{say('Nothing has failed. All is well.')}</p>}
      {items.map((failure) => (
        <FailureCard key={failure.id} failure={failure} />
      ))}
      {hasMore && <p class="faint">{say('There are more: these are the last ones.')}</p>}
    </Desk>
  )
}

function FailureCard({ failure: { id, name, failedAt, tries, message, username, postCode } }: { failure: Failure }) {
  const title = jobTitle(name)
  return (
    <article class="case">
      <h2>{title}</h2>
      <p class="faint">
        <Moment of={failedAt} /> · {say('{tries, plural, one {tried once} other {tried # times}}', { tries })}
      </p>
      {message && (
        // As the machine says it, which speaks English.
        <blockquote class="text" lang="en" dir="ltr">
          {message}
        </blockquote>
      )}
      {(username || postCode) && (
        <p>
          {username && (
            <a href={`/admin/people/${username}`}>
              <Handle of={username} />
            </a>
          )}
          {username && postCode && ' · '}
          {postCode && <a href={`/p/${postCode}`}>{say('The post')}</a>}
        </p>
      )}
      <div class="buttons">
        <form method="post" action={`/admin/errors/${id}/try-again`}>
          <button type="submit" aria-label={say('Try again: {title}', { title })}>
            {say('Try again')}
          </button>
        </form>
        <form method="post" action={`/admin/errors/${id}/let-be`}>
          <button class="secondary" type="submit" aria-label={say('Let it be: {title}', { title })}>
            {say('Let it be')}
          </button>
        </form>
      </div>
    </article>
  )
}

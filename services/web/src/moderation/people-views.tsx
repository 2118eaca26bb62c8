import type { Person } from '../accounts/service.ts'
import type { Standing } from '../accounts/standing.ts'
import type { Page } from '../db/paging.ts'
import { phrase, say, sayWith } from '../language/say.ts'
import { Field } from '../views/field.tsx'
import { Handle } from '../views/handle.tsx'
import type { Visitor } from '../views/layout.tsx'
import { PeopleList } from '../views/people.tsx'
import { Moment } from '../views/time.tsx'
import { Desk, Entries } from './admin-views.tsx'
import { mostNoteCharacters } from './input.ts'
import type { Entry } from './service.ts'

const ranks = { member: phrase('Member'), moderator: phrase('Moderator'), admin: phrase('Admin') } as const

interface PeoplePageProps {
  people: Page<Standing>
  /** A name that was looked for, and is nobody's; empty if none was. */
  sought: string
  visitor: Visitor
}

/** Who has a rank or is suspended, and the way to everybody else. */
export function PeoplePage({ people, sought, visitor }: PeoplePageProps) {
  return (
    <Desk title={say('People')} here="people" visitor={visitor}>
      <form method="get" action="/admin/people" class="stack narrow">
        <Field
          name="name"
          label={say('Name')}
          complaint={sought ? say('Nobody here is called {sought}.', { sought }) : undefined}
        >
          {(aria) => <input {...aria} value={sought} maxLength={100} autocapitalize="none" required />}
        </Field>
        <div class="buttons">
          <button type="submit">{say('Look up')}</button>
        </div>
      </form>
      <section class="apart">
        <h2>{say('Moderators, admins and suspended people')}</h2>
        <PeopleList
          people={people.items}
          empty={say('There are none.')}
          path="/admin/people"
          nextMaxId={people.nextMaxId}
          note={({ rank, suspendedAt }) =>
            suspendedAt ? say('{rank}, suspended', { rank: say(ranks[rank]) }) : say(ranks[rank])
          }
          ways={({ username, displayName }) => (
            <a
              class="button secondary"
              href={`/admin/people/${username}`}
              aria-label={say('Decide about {displayName}', { displayName })}
            >
              {say('Decide')}
            </a>
          )}
        />
      </section>
    </Desk>
  )
}

interface PersonPageProps {
  person: Standing
  log: Page<Entry>
  /** What was typed, to be shown again. */
  reason: string
  complaints: Readonly<Record<string, string>>
  visitor: Person
}

/** How somebody stands, and changing that. */
export function PersonPage({ person, log, reason, complaints, visitor }: PersonPageProps) {
  const { username, displayName, suspendedAt } = person
  const isOneself = visitor.username === username
  const mayDecide = !isOneself && (visitor.isAdmin || person.rank !== 'admin')
  return (
    <Desk title={displayName} here="people" visitor={visitor}>
      <p>
        <a href={`/@${username}`}>
          <Handle of={username} />
        </a>{' '}
        · {say(ranks[person.rank])}
        {suspendedAt && <> · {sayWith('suspended since {moment}', { moment: <Moment of={suspendedAt} /> })}</>}
      </p>
      {mayDecide && <SuspensionForm person={person} reason={reason} complaint={complaints.reason} />}
      {!mayDecide && complaints.reason && <p class="complaint">{complaints.reason}</p>}
      {visitor.isAdmin && <RankForm person={person} complaint={complaints.rank} />}
      {!visitor.isAdmin && complaints.rank && <p class="complaint">{complaints.rank}</p>}
      <section class="apart">
        <h2>{say('What was done')}</h2>
        <Entries entries={log.items} />
      </section>
    </Desk>
  )
}

interface SuspensionFormProps {
  person: Standing
  reason: string
  complaint: string | undefined
}

function SuspensionForm({ person, reason, complaint }: SuspensionFormProps) {
  const { username, suspendedAt } = person
  return (
    <section class="apart stack">
      <h2>{suspendedAt ? say('Lift the suspension') : say('Suspend')}</h2>
      <p class="hint">
        {suspendedAt
          ? say('Everything is there again as it was, and old links lead to it.')
          : say(
              'Signed out everywhere at once. Nobody sees their profile, posts, comments and photos, until this is lifted; nothing is deleted.',
            )}
      </p>
      <form method="post" action={`/admin/people/${username}/${suspendedAt ? 'lift' : 'suspend'}`} class="stack narrow">
        <Field name="reason" label={say('Why')} hint={say('For the log, which moderators read.')} complaint={complaint}>
          {(aria) => (
            <textarea {...aria} rows={2} maxLength={mostNoteCharacters * 2} required dir="auto">
              {reason}
            </textarea>
          )}
        </Field>
        <div class="buttons">
          <button class={suspendedAt ? undefined : 'danger'} type="submit">
            {suspendedAt ? say('Lift it') : say('Suspend @{username}', { username })}
          </button>
        </div>
      </form>
    </section>
  )
}

function RankForm({ person, complaint }: { person: Standing; complaint: string | undefined }) {
  return (
    <section class="apart stack">
      <h2>{say('Rank')}</h2>
      <form method="post" action={`/admin/people/${person.username}/rank`} class="stack narrow">
        <Field
          name="rank"
          label={say('Rank')}
          hint={say('Moderators decide about reports and suspend people; admins also give ranks.')}
          complaint={complaint}
        >
          {(aria) => (
            <select {...aria}>
              {Object.entries(ranks).map(([value, label]) => (
                <option key={value} value={value} selected={value === person.rank}>
                  {say(label)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <div class="buttons">
          <button type="submit">{say('Change')}</button>
        </div>
      </form>
    </section>
  )
}

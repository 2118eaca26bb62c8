import type { Person } from '../accounts/service.ts'
import type { Standing } from '../accounts/standing.ts'
import type { Page } from '../db/paging.ts'
import { graceDays } from '../departures/service.ts'
import { phrase, say, sayWith } from '../language/say.ts'
import { Field } from '../views/field.tsx'
import { Handle } from '../views/handle.tsx'
import type { Visitor } from '../views/layout.tsx'
import { PeopleList } from '../views/people.tsx'
import { Day, Moment } from '../views/time.tsx'
import { Desk, Entries } from './admin-views.tsx'
import { DecisionForm, type DecisionWords, type Refused } from './decision-form.tsx'
import type { Decision } from './decisions.ts'
import type { Entry } from './log.ts'

const ranks = { member: phrase('Member'), moderator: phrase('Moderator'), admin: phrase('Admin') } as const

interface PeoplePageProps {
  people: Page<Standing>
  /** A name that was looked for, and is nobody's; empty if none was. */
  sought: string
  visitor: Visitor
}

/** Who has a rank, is silenced or suspended, and the way to everybody else. */
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
        <h2>{say('Moderators, admins, silenced and suspended people')}</h2>
        <PeopleList
          people={people.items}
          empty={say('There are none.')}
          path="/admin/people"
          nextMaxId={people.nextMaxId}
          note={noteOn}
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

function noteOn({ rank: given, silencedAt, suspendedAt }: Standing): string {
  const rank = say(ranks[given])
  if (suspendedAt) return say('{rank}, suspended', { rank })
  return silencedAt ? say('{rank}, silenced', { rank }) : rank
}

interface PersonPageProps {
  person: Standing
  /** What the visitor may decide. */
  decisions: readonly Decision[]
  log: Page<Entry>
  /** A decision that could not be taken. */
  refused: Refused | undefined
  visitor: Person
}

/** How somebody stands, and changing that. */
export function PersonPage({ person, decisions, log, refused, visitor }: PersonPageProps) {
  const { username, displayName, silencedAt, suspendedAt, leavesAt } = person
  const isRankRefused = refused?.decision === 'rank' && visitor.isAdmin
  const isFormHere = isRankRefused || decisions.some((decision) => decision === refused?.decision)
  return (
    <Desk title={displayName} here="people" visitor={visitor}>
      <p>
        <a href={`/@${username}`}>
          <Handle of={username} />
        </a>{' '}
        · {say(ranks[person.rank])}
        {silencedAt && <> · {sayWith('silenced since {moment}', { moment: <Moment of={silencedAt} /> })}</>}
        {suspendedAt && <> · {sayWith('suspended since {moment}', { moment: <Moment of={suspendedAt} /> })}</>}
        {leavesAt && <> · {sayWith('removed on {day}', { day: <Day of={leavesAt} /> })}</>}
      </p>
      {refused && !isFormHere && (
        <p class="complaint" role="alert">
          {Object.values(refused.complaints).join(' ')}
        </p>
      )}
      {decisions.map((decision) => (
        <DecisionForm
          key={decision}
          {...{ username, decision }}
          {...wordsOf(decision, username)}
          refused={refused?.decision === decision ? refused : undefined}
        />
      ))}
      {visitor.isAdmin && <RankForm person={person} complaint={isRankRefused ? refused?.complaints.rank : undefined} />}
      <section class="apart">
        <h2>{say('What was done')}</h2>
        <Entries entries={log.items} />
      </section>
    </Desk>
  )
}

/** What comes of a decision, in words. */
function wordsOf(decision: Decision, username: string): DecisionWords {
  switch (decision) {
    case 'silence':
      return {
        title: say('Silence'),
        hint: say(
          'What they post and say is offered to their followers only: not on Explore, in searches, below hashtags, on the first page, or as news. Whoever goes to their profile or has a link sees it. They are not told.',
        ),
        label: say('Silence @{username}', { username }),
        isGrave: true,
      }
    case 'unsilence':
      return {
        title: say('Lift the silence'),
        hint: say('What they post and say is offered to everybody again.'),
        label: say('Lift the silence'),
      }
    case 'suspend':
      return {
        title: say('Suspend'),
        hint: say(
          'Signed out everywhere at once. Nobody sees their profile, posts, comments and photos, until this is lifted; nothing is deleted.',
        ),
        label: say('Suspend @{username}', { username }),
        isGrave: true,
      }
    case 'lift':
      return {
        title: say('Lift the suspension'),
        hint: say('Everything is there again as it was, and old links lead to it.'),
        label: say('Lift it'),
      }
    case 'delete':
      return {
        title: say('Delete the account'),
        hint: say(
          'For {graceDays} days an admin can take it back. After that all of it is removed for good: photos, posts, comments with the replies to them, likes, follows, and all else.',
          { graceDays },
        ),
        label: say('Delete @{username}', { username }),
        isGrave: true,
        asksForPassword: true,
      }
    case 'keep':
      return {
        title: say('Keep the account'),
        hint: say('It is not removed, and stays suspended until that is lifted.'),
        label: say('Keep it'),
      }
    case 'reset-second-step':
      return {
        title: say('Reset the second step'),
        hint: say(
          'For somebody who has lost their phone and their recovery codes, once you know that it is them: app, codes and passkeys are removed, every browser is signed out, and the password alone lets in. They are told by mail.',
        ),
        label: say('Reset it'),
        isGrave: true,
        asksForPassword: true,
      }
  }
}

function RankForm({ person, complaint }: { person: Standing; complaint: string | undefined }) {
  return (
    <section class="apart stack">
      <h2>{say('Rank')}</h2>
      <form method="post" action={`/admin/people/${person.username}/rank`} class="stack narrow">
        <Field
          name="rank"
          label={say('Rank')}
          hint={say(
            'Moderators decide about reports, and silence and suspend people; admins also give ranks, delete accounts and see errors.',
          )}
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

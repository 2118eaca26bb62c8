import type { Person } from '../accounts/service.ts'
import type { Page } from '../db/paging.ts'
import { say, time } from '../language/say.ts'
import { Field } from '../views/field.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import { PeopleList } from '../views/people.tsx'
import type { Muted } from './service.ts'

interface MutePageProps {
  person: Person
  visitor: Visitor
  /** What was chosen, to be shown again. */
  days: string
  notifications: string
  complaints: Readonly<Record<string, string>>
}

/** Says what muting does, and asks for how long. */
export function MutePage({ person, visitor, days, notifications, complaints }: MutePageProps) {
  return (
    <Layout title={say('Mute {displayName}', { displayName: person.displayName })} visitor={visitor}>
      <section class="narrow">
        <h1>{say('Mute {displayName}?', { displayName: person.displayName })}</h1>
        <p>
          {say(
            'Posts by @{username} stay away from your home page. You still find them on the profile, and nobody is told.',
            { username: person.username },
          )}
        </p>
        <form method="post" action={`/@${person.username}/mute`} class="stack">
          <Field name="days" label={say('For how long')} complaint={complaints.days}>
            {(aria) => (
              <select {...aria}>
                <Option value="" label={say('Until I unmute')} chosen={days} />
                <Option value="1" label={say('A day')} chosen={days} />
                <Option value="7" label={say('7 days')} chosen={days} />
                <Option value="30" label={say('30 days')} chosen={days} />
              </select>
            )}
          </Field>
          <Field name="notifications" label={say('Notifications')} complaint={complaints.notifications}>
            {(aria) => (
              <select {...aria}>
                <Option value="yes" label={say('Hide them as well')} chosen={notifications} />
                <Option value="no" label={say('Keep them')} chosen={notifications} />
              </select>
            )}
          </Field>
          <div class="buttons">
            <button type="submit">{say('Mute')}</button>
            <a href={`/@${person.username}`}>{say('Cancel')}</a>
          </div>
        </form>
      </section>
    </Layout>
  )
}

function Option({ value, label, chosen }: { value: string; label: string; chosen: string }) {
  return (
    <option value={value} selected={value === chosen}>
      {label}
    </option>
  )
}

/** Everybody whom the visitor has muted. */
export function MutedPeoplePage({ muted, visitor }: { muted: Page<Muted>; visitor: Visitor }) {
  const path = '/settings/muted'
  return (
    <Layout title={say('Muted people')} visitor={visitor}>
      <section class="narrow">
        <h1>{say('Muted people')}</h1>
        <PeopleList
          people={muted.items}
          empty={say('You have muted nobody.')}
          path={path}
          nextMaxId={muted.nextMaxId}
          note={({ hidesNotifications, endsAt }) => mutedInWords(hidesNotifications, endsAt)}
          ways={({ username }) => <UnmuteForm username={username} look="secondary" next={path} />}
        />
      </section>
    </Layout>
  )
}

function mutedInWords(hidesNotifications: boolean, endsAt: Date | undefined): string {
  if (!endsAt)
    return hidesNotifications ? say('Posts and notifications until you unmute') : say('Posts until you unmute')
  const day = time(endsAt, { dateStyle: 'long' })
  return hidesNotifications ? say('Posts and notifications until {day}', { day }) : say('Posts until {day}', { day })
}

interface UnmuteFormProps {
  username: string
  /** A button like others, or one way among those of a menu. */
  look: 'secondary' | 'way'
  next: string
}

export function UnmuteForm({ username, look, next }: UnmuteFormProps) {
  return (
    <form method="post" action={`/@${username}/unmute`}>
      <input type="hidden" name="next" value={next} />
      <button class={look} type="submit">
        {say('Unmute')}
      </button>
    </form>
  )
}

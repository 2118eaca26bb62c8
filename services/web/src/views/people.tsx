import type { ComponentChildren } from 'preact'
import { say } from '../language/say.ts'
import { Avatar } from './avatar.tsx'
import { Handle } from './handle.tsx'

/** As much of a person as a list shows. */
export interface ListedPerson {
  username: string
  displayName: string
  avatarKey: string | undefined
}

interface PeopleListProps<Someone> {
  people: Someone[]
  /** What is to be known of each, if anything. */
  note?: (person: Someone) => string
  /** What can be done about each. */
  ways: (person: Someone) => ComponentChildren
  /** Said where there is nobody. */
  empty: string
  /** Where this list is, and where its next page begins. */
  path: string
  nextMaxId: string | undefined
}

/** People below one another, and the way to more of them. */
export function PeopleList<Someone extends ListedPerson>(props: PeopleListProps<Someone>) {
  const { people, note, ways, empty, path, nextMaxId } = props
  return (
    <>
      {people.length === 0 && <p class="empty">{empty}</p>}
      <ul class="people">
        {people.map((person) => (
          <li key={person.username}>
            <Avatar of={person} />
            <p class="person">
              <a class="author" href={`/@${person.username}`}>
                {person.displayName}
              </a>
              <Handle of={person.username} class="faint" />
              {note && <span class="faint">{note(person)}</span>}
            </p>
            {ways(person)}
          </li>
        ))}
      </ul>
      {nextMaxId && (
        <p class="more">
          <a class="button" rel="next" href={`${path}?max_id=${nextMaxId}`}>
            {say('More people')}
          </a>
        </p>
      )}
    </>
  )
}

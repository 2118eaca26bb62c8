import type { ComponentChildren } from 'preact'
import { list, phrase, say, sayWith } from '../language/say.ts'
import { SquarePicture } from '../photos/views.tsx'
import { Avatar } from '../views/avatar.tsx'
import { Field } from '../views/field.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import { Since } from '../views/time.tsx'
import { type News, type Senders, type Settings, type Topic, topics } from './kinds.ts'
import { deeds, excerpt, othersInWords } from './sentences.ts'
import type { Notification, NotificationPage } from './service.ts'

export function NotificationsPage({ page, visitor }: { page: NotificationPage; visitor: Visitor }) {
  const { notifications, nextBefore } = page
  return (
    <Layout title={say('Notifications')} visitor={visitor} here="/notifications">
      <section class="feed">
        <header class="profile">
          <h1>{say('Notifications')}</h1>
          <a href="/settings/notifications">{say('What to be told')}</a>
        </header>
        {notifications.length === 0 && (
          <p class="empty">{nextBefore ? say('Nothing to tell here.') : say('Nothing yet.')}</p>
        )}
        <ul class="notifications">
          {notifications.map((notification) => (
            <Line key={notification.key} notification={notification} />
          ))}
        </ul>
        {nextBefore && (
          <p class="more">
            <a class="button" rel="next" href={`/notifications?before=${nextBefore}`}>
              {say('Older notifications')}
            </a>
          </p>
        )}
      </section>
    </Layout>
  )
}

function Line({ notification }: { notification: Notification }) {
  const { kind, happenedAt, isUnread, people, post, comment } = notification
  const [last] = people
  return (
    <li class={isUnread ? 'unread' : undefined}>
      {last && <Avatar of={last} />}
      <div>
        <p>
          {isUnread && <span class="visually-hidden">{say('New:')} </span>}
          {sayWith(deeds[kind], {
            count: people.length + notification.others,
            people: <Actors notification={notification} />,
          })}
          {comment && (
            <>
              :{' '}
              <q class="faint" dir="auto">
                {excerpt(comment.text)}
              </q>
            </>
          )}
        </p>
        <p class="faint">
          <Since of={happenedAt} />
          {kind === 'follow-request' && (
            <>
              {' · '}
              <a href="/follow-requests">{say('Answer')}</a>
            </>
          )}
          {post && !post.photo && (
            <>
              {' · '}
              <a href={`/p/${post.code}`}>{say('See the post')}</a>
            </>
          )}
        </p>
      </div>
      {post?.photo && (
        <a class="thumbnail" href={`/p/${post.code}`} aria-label={say('See the post')}>
          <SquarePicture photo={post.photo} otherwise="" sizes="3.5rem" />
        </a>
      )}
    </li>
  )
}

/** "Ada", "Ada and Bob", "Ada, Bob and 12 others". */
function Actors({ notification: { people, others, hasMore } }: { notification: Notification }) {
  const parts: ComponentChildren[] = people.map(({ username, displayName }) => (
    <a key={username} class="author" href={`/@${username}`} dir="auto">
      {displayName}
    </a>
  ))
  if (others > 0) parts.push(othersInWords(others, hasMore))
  return <>{list(parts)}</>
}

interface NotificationSettingsPageProps {
  visitor: Visitor
  settings: Settings
  /** Whether mail about what was missed is wanted; undefined where no mail is sent at all. */
  news: News | undefined
  isPushOn: boolean
  isSaved?: boolean
  complaints?: Readonly<Record<string, string>>
}

export function NotificationSettingsPage({
  visitor,
  settings,
  news,
  isPushOn,
  isSaved = false,
  complaints = {},
}: NotificationSettingsPageProps) {
  return (
    <Layout title={say('What to be told')} visitor={visitor}>
      <section class="narrow">
        <h1>{say('What to be told')}</h1>
        {isSaved && (
          <p class="note" role="status">
            {say('Saved.')}
          </p>
        )}
        <form method="post" action="/settings/notifications" class="stack">
          {topics.map((topic) => (
            <Field
              key={topic}
              name={topic}
              label={say(about[topic].label)}
              hint={say(about[topic].hint)}
              complaint={complaints[topic]}
            >
              {(aria) => (
                <select {...aria}>
                  {options.map(([value, label]) => (
                    <option key={value} value={value} selected={settings[topic] === value}>
                      {say(label)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          ))}
          {news && (
            <Field
              name="news"
              label={say('Mail me about what I have not seen')}
              hint={say('To the confirmed address of your account.')}
              complaint={complaints.news}
            >
              {(aria) => (
                <select {...aria}>
                  {newsOptions.map(([value, label]) => (
                    <option key={value} value={value} selected={news === value}>
                      {say(label)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          )}
          <button type="submit">{say('Save')}</button>
        </form>
        {isPushOn && (
          <p>
            <a href="/settings/notifications/devices">{say('On your devices')}</a>
          </p>
        )}
        <p>
          <a href="/settings">{say('All settings')}</a>
        </p>
      </section>
    </Layout>
  )
}

const options: readonly [Senders, string][] = [
  ['everyone', phrase('From everyone')],
  ['following', phrase('From people I follow')],
  ['nobody', phrase('Off')],
]

const newsOptions: readonly [News, string][] = [
  ['never', phrase('Never')],
  ['daily', phrase('Once a day')],
]

/** Where the link in a letter leads that stops them: a button, since programs that look through mail open links. */
export function StopNewsPage({ token, visitor }: { token: string; visitor: Visitor | undefined }) {
  return (
    <Layout title={say('Stop these mails')} visitor={visitor}>
      <section class="narrow">
        <h1>{say('No more mails about what you have not seen?')}</h1>
        <form method="post" action={`/notifications/stop-mail?token=${encodeURIComponent(token)}`} class="stack">
          <button type="submit">{say('Stop these mails')}</button>
        </form>
      </section>
    </Layout>
  )
}

export function NewsStoppedPage({ visitor }: { visitor: Visitor | undefined }) {
  return (
    <Layout title={say('There will be no more of these mails')} visitor={visitor}>
      <section class="narrow">
        <h1>{say('There will be no more of these mails')}</h1>
        <p>
          <a href="/settings/notifications">{say('What to be told')}</a>
        </p>
      </section>
    </Layout>
  )
}

const about: Record<Topic, { label: string; hint: string }> = {
  likes: { label: phrase('Likes'), hint: phrase('Of your posts and comments.') },
  comments: { label: phrase('Comments'), hint: phrase('On your posts, and replies to your comments.') },
  mentions: { label: phrase('Mentions'), hint: phrase('Of your name in posts and comments.') },
  follows: { label: phrase('Followers'), hint: phrase('Who follows you, asks to, or has let you in.') },
}

import type { ComponentChildren } from 'preact'
import { SquarePicture } from '../photos/views.tsx'
import { Avatar } from '../views/avatar.tsx'
import { Field } from '../views/field.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import { type Kind, type News, type Senders, type Settings, type Topic, topics } from './kinds.ts'
import { excerpt } from './sentences.ts'
import type { Notification, NotificationPage } from './service.ts'

export function NotificationsPage({ page, visitor }: { page: NotificationPage; visitor: Visitor }) {
  const { notifications, nextBefore } = page
  return (
    <Layout title="Notifications" visitor={visitor}>
      <section class="feed">
        <header class="profile">
          <h1>Notifications</h1>
          <a href="/settings/notifications">What to be told</a>
        </header>
        {notifications.length === 0 && <p class="empty">{nextBefore ? 'Nothing to tell here.' : 'Nothing yet.'}</p>}
        <ul class="notifications">
          {notifications.map((notification) => (
            <Line key={notification.key} notification={notification} />
          ))}
        </ul>
        {nextBefore && (
          <p class="more">
            <a class="button" rel="next" href={`/notifications?before=${nextBefore}`}>
              Older notifications
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
          {isUnread && <span class="visually-hidden">New: </span>}
          <Actors notification={notification} /> {deeds[kind]}
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
          <time datetime={happenedAt.toISOString()}>
            {happenedAt.toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })} UTC
          </time>
          {kind === 'follow-request' && (
            <>
              {' · '}
              <a href="/follow-requests">Answer</a>
            </>
          )}
          {post && !post.photo && (
            <>
              {' · '}
              <a href={`/p/${post.code}`}>See the post</a>
            </>
          )}
        </p>
      </div>
      {post?.photo && (
        <a class="thumbnail" href={`/p/${post.code}`} aria-label="See the post">
          <SquarePicture photo={post.photo} otherwise="" sizes="3.5rem" />
        </a>
      )}
    </li>
  )
}

/** What was done, as the end of a sentence. */
const deeds: Record<Kind, string> = {
  like: 'liked your post',
  'comment-like': 'liked your comment',
  follow: 'started following you',
  'follow-request': 'asked to follow you',
  comment: 'commented on your post',
  reply: 'replied to your comment',
  'mention-in-comment': 'mentioned you in a comment',
  'mention-in-post': 'mentioned you in a post',
  'request-accepted': 'let you in as a follower',
}

/** "Ada", "Ada and Bob", "Ada, Bob and 12 others". */
function Actors({ notification: { people, others, hasMore } }: { notification: Notification }) {
  const parts: ComponentChildren[] = people.map(({ username, displayName }) => (
    <a key={username} class="author" href={`/@${username}`} dir="auto">
      {displayName}
    </a>
  ))
  if (others > 0) parts.push(`${others}${hasMore ? ' or more' : ''} ${others === 1 ? 'other' : 'others'}`)
  return <>{parts.map((part, index) => [index > 0 && (index === parts.length - 1 ? ' and ' : ', '), part])}</>
}

interface NotificationSettingsPageProps {
  visitor: Visitor
  settings: Settings
  /** Whether mail about what was missed is wanted; undefined where no mail is sent at all. */
  news: News | undefined
  isSaved?: boolean
  complaints?: Readonly<Record<string, string>>
}

export function NotificationSettingsPage({
  visitor,
  settings,
  news,
  isSaved = false,
  complaints = {},
}: NotificationSettingsPageProps) {
  return (
    <Layout title="What to be told" visitor={visitor}>
      <section class="narrow">
        <h1>What to be told</h1>
        {isSaved && (
          <p class="note" role="status">
            Saved.
          </p>
        )}
        <form method="post" action="/settings/notifications" class="stack">
          {topics.map((topic) => (
            <Field key={topic} name={topic} {...about[topic]} complaint={complaints[topic]}>
              {(aria) => (
                <select {...aria}>
                  {options.map(([value, label]) => (
                    <option key={value} value={value} selected={settings[topic] === value}>
                      {label}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          ))}
          {news && (
            <Field
              name="news"
              label="Mail me about what I have not seen"
              hint="To the confirmed address of your account."
              complaint={complaints.news}
            >
              {(aria) => (
                <select {...aria}>
                  {newsOptions.map(([value, label]) => (
                    <option key={value} value={value} selected={news === value}>
                      {label}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          )}
          <button type="submit">Save</button>
        </form>
        <p>
          <a href="/settings">All settings</a>
        </p>
      </section>
    </Layout>
  )
}

const options: readonly [Senders, string][] = [
  ['everyone', 'From everyone'],
  ['following', 'From people I follow'],
  ['nobody', 'Off'],
]

const newsOptions: readonly [News, string][] = [
  ['never', 'Never'],
  ['daily', 'Once a day'],
]

/** Where the link in a letter leads that stops them: a button, since programs that look through mail open links. */
export function StopNewsPage({ token, visitor }: { token: string; visitor: Visitor | undefined }) {
  return (
    <Layout title="Stop mails" visitor={visitor}>
      <section class="narrow">
        <h1>No more mails about what you have not seen?</h1>
        <form method="post" action={`/notifications/stop-mail?token=${encodeURIComponent(token)}`} class="stack">
          <button type="submit">Stop these mails</button>
        </form>
      </section>
    </Layout>
  )
}

export function NewsStoppedPage({ visitor }: { visitor: Visitor | undefined }) {
  return (
    <Layout title="Mails stopped" visitor={visitor}>
      <section class="narrow">
        <h1>There will be no more of these mails</h1>
        <p>
          <a href="/settings/notifications">What to be told</a>
        </p>
      </section>
    </Layout>
  )
}

const about: Record<Topic, { label: string; hint: string }> = {
  likes: { label: 'Likes', hint: 'Of your posts and comments.' },
  comments: { label: 'Comments', hint: 'On your posts, and replies to your comments.' },
  mentions: { label: 'Mentions', hint: 'Of your name in posts and comments.' },
  follows: { label: 'Followers', hint: 'Who follows you, asks to, or has let you in.' },
}

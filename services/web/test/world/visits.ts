import type pg from 'pg'
import { toCode } from '../../src/http/code.ts'
import { hashToken, newToken } from '../../src/http/tokens.ts'
import { idOf } from './scale.ts'

/** What people come for, as requests to a world: each by somebody who is signed in. */

export interface Visit {
  name: string
  cookie: string
  path: string
  /** Of what is sent; a page is looked at without. */
  form?: Record<string, string>
  /** What takes it back, so that it can be done again. */
  undo?: string
}

/**
 * The same visits in worlds of any size: those who are called ordinary have some twenty followers in each, and the famous one is followed by
 * everybody, and their newest post liked by every fourth.
 * @param people of the world, readers not counted
 * @param readers how many they follow: the first of them is who looks at all else
 */
export async function visitsTo(
  client: pg.Client | pg.Pool,
  { people, readers }: { people: number; readers: readonly number[] },
): Promise<Visit[]> {
  const cookies: string[] = []
  for (const index of readers.keys()) cookies.push(await signIn(client, idOf(people + 1 + index)))
  const [cookie = ''] = cookies
  const famous = await somebody(client, `users.id = ${idOf(1)}`, 'posts.like_count desc')
  const ordinary = await somebody(
    client,
    `open_post_count between 4 and 9 and like_count between 1 and 5 and comment_count < 3
       and not exists (select from follows where follower_id = ${idOf(people + 1)} and followee_id = users.id)`,
    'abs(follower_count - 20), abs(posts.like_count - 3), posts.id',
  )
  const look = (name: string, path: string, as = cookie): Visit => ({ name, path, cookie: as })
  const around = ({ username, post }: Somebody, whose: string): Visit[] => [
    look(`profile of ${whose}`, `/@${username}`),
    look(`post of ${whose}`, post),
    { name: `like a post of ${whose}`, path: `${post}/like`, form: {}, undo: `${post}/unlike`, cookie },
    { name: `comment on a post of ${whose}`, path: `${post}/comments`, form: { text: 'How fine this is' }, cookie },
    { name: `follow ${whose}`, path: `/@${username}/follow`, form: {}, undo: `/@${username}/unfollow`, cookie },
  ]
  return [
    ...readers.map((count, index) => look(`feed, ${count.toLocaleString('en')} followees`, '/', cookies[index])),
    look('feed, an old page', `/?max_id=${await olderThanMost(client)}`),
    ...around(ordinary, 'somebody'),
    ...around(famous, 'the famous one'),
    look('notifications', '/notifications', await signIn(client, ordinary.id)),
    look('notifications of the famous one', '/notifications', await signIn(client, famous.id)),
    look('followers of the famous one', `/@${famous.username}/followers`),
    look('likes of a famous post', `${famous.post}/likes`),
    look('explore', '/explore'),
    look('search: a common word', '/search?q=sunset'),
    look('search: a name', '/search?q=john'),
    look('search: nothing found', '/search?q=qwertzuiop'),
    look('a hashtag', '/tags/sunset'),
  ]
}

interface Somebody {
  id: string
  username: string
  /** The path of one of their posts. */
  post: string
}

async function somebody(client: pg.Client | pg.Pool, condition: string, order: string): Promise<Somebody> {
  const { rows } = await client.query<{ id: string; username: string; post_id: string }>(`
    select users.id, users.username, posts.id as post_id
    from users join posts on posts.author_id = users.id
    where not is_private and suspended_at is null and deleted_at is null and visibility = 'public' and ${condition}
    order by ${order} limit 1`)
  const [found] = rows
  if (!found) throw new Error('the world has nobody of this kind')
  return { id: found.id, username: found.username, post: `/p/${toCode(found.post_id)}` }
}

async function signIn(client: pg.Client | pg.Pool, id: string): Promise<string> {
  const token = newToken()
  await client.query(
    "insert into sessions (token_hash, user_id, expires_at) values ($1, $2, now() + interval '90 days')",
    [hashToken(token), id],
  )
  return `gramstack=${token}`
}

/** Below this stands the last tenth of all posts. */
async function olderThanMost(client: pg.Client | pg.Pool): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    'select (min(id) + (max(id) - min(id)) / 10)::bigint as id from posts',
  )
  return rows[0]?.id ?? ''
}

import { drawScene } from '../../services/web/src/demo/scenes.ts'
import { toCode } from '../../services/web/src/http/code.ts'
import type { Stack } from '../../services/web/test/stack/stack.ts'
import { signUp, type Visitor } from '../../services/web/test/stack/visitor.ts'

/** A small world, the same for each run: some who read, and many who have posted. */

export interface World {
  readers: { username: string; cookie: string; visitor: Visitor }[]
  /** Paths of posts. */
  posts: string[]
  /** Names of those who have posted. */
  people: string[]
  /** The path of a public photo, 1080 pixels wide. */
  photo: string
}

const readerCount = 20
const personCount = 300
const postCount = 1_500

export async function makeWorld(stack: Stack): Promise<World> {
  const readers: World['readers'] = []
  // The first to sign up is the admin, who sees more than others.
  const keeper = await signUp(stack.url, 'keeper')
  for (let turn = 0; turn < readerCount; turn += 1) {
    const username = `reader${turn}`
    const visitor = await signUp(stack.url, username)
    readers.push({ username, cookie: visitor.cookie, visitor })
  }
  const shared = await keeper.upload(await drawScene('lake', 'portrait', 7), 'The one photo that has files')
  if (shared.status !== 201) throw new Error(`no photo: ${shared.status} ${shared.text}`)
  await stack.sql(statements)
  const codes = await stack.sql("select id from posts where caption like 'World%' order by id desc limit 200")
  const key = await stack.sql(`
    select rendition_key from photos join posts on posts.id = photos.post_id where caption like 'The one%' and state = 'ready'`)
  if (!key) throw new Error('The photo is not developed.')
  return {
    readers,
    posts: codes.split('\n').map((id) => `/p/${toCode(id)}`),
    people: Array.from({ length: 200 }, (_, index) => `person${index + 1}`),
    photo: `/media/${key.slice(0, 2)}/${key}/1080.jpg`,
  }
}

// Followers by a power law, as everywhere; each reader follows sixty. Counters are set at the end, so nobody's triggers run.
const someRank = `1 + floor(${personCount} * power(random(), 2))::int as rank`
const statements = `
  set session_replication_role = replica;
  select setseed(0.42);
  insert into users (id, username, display_name, password_hash)
  select next_id(), 'person' || rank, 'Person ' || rank, '' from generate_series(1, ${personCount}) as rank;
  create unlogged table bench_people as
    select substr(username, 7)::int as rank, id from users where username like 'person%';
  create unique index on bench_people (rank);
  insert into posts (id, author_id, caption, published_at)
  select make_id((extract(epoch from now() - (${postCount} - turn) * interval '10 minutes') * 1000)::bigint - 1767225600000, 0, 0),
    authors.id, 'World ' || turn || ': a caption as long as captions are, or a little longer. #everyday', now()
  from (select turn, ${someRank} from generate_series(1, ${postCount}) as turn offset 0) as drawn
    join bench_people as authors using (rank);
  insert into photos
  select (jsonb_populate_record(real, jsonb_build_object(
    'id', next_id(), 'post_id', posts.id, 'media_key', md5(posts.id::text), 'rendition_key', md5(posts.id::text)))).*
  from posts cross join (select photos from photos where state = 'ready' limit 1) as found (real)
  where caption like 'World%';
  insert into follows (follower_id, followee_id, accepted_at)
  select readers.id, followees.id, now() from users as readers cross join lateral (
    select id from bench_people where readers.id > 0 order by power(random(), 1.0 / (1 + 100.0 / rank)) desc limit 60
  ) as followees where readers.username like 'reader%';
  insert into likes (post_id, user_id, author_id)
  select posts.id, likers.id, posts.author_id from posts cross join lateral (
    select id from users where posts.id > 0 order by random() limit 20
  ) as likers;
  insert into comments (post_id, author_id, post_author_id, text)
  select drawn.id, authors.id, drawn.author_id, 'What a light! I want to be there, now.'
  from (select id, author_id, ${someRank} from posts cross join generate_series(1, 4) offset 0) as drawn
    join bench_people as authors using (rank);
  update posts set like_count = 20, comment_count = 4;
  update users set
    follower_count = (select count(*) from follows where followee_id = users.id),
    following_count = (select count(*) from follows where follower_id = users.id),
    post_count = coalesce(shown.count, 0), open_post_count = coalesce(shown.count, 0), last_post_id = shown.last
  from users as each left join (
    select author_id, count(*) as count, max(id) as last from posts group by author_id
  ) as shown on shown.author_id = each.id
  where each.id = users.id;
  drop table bench_people;
  set session_replication_role = origin;
  analyze`

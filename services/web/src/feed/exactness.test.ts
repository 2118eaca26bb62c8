import fc from 'fast-check'
import { type House, openHouse } from '../../test/house.ts'
import { rows, type Sql, sql } from '../db/sql.ts'
import { follows, isMutedBy, mentions, openToAll, visibleTo } from '../db/visible-to.ts'
import { selectHomeFeed } from './queries.ts'

/** The feed takes a shortcut over few of the followees. In worlds of every kind it must give what a plain query gives. */

let house: House
beforeAll(async () => {
  house = await openHouse({ withWorker: false })
})
afterAll(() => house.close())

const visibilities = ['public', 'unlisted', 'private', 'direct'] as const

const peopleCount = 7
const anybody = fc.nat({ max: peopleCount - 1 })
const pair = fc.record({ one: anybody, other: anybody })
/** The first of the people is the reader. */
const worlds = fc.record({
  people: fc.array(fc.record({ isPrivate: fc.boolean(), isSuspended: rarely() }), {
    minLength: peopleCount,
    maxLength: peopleCount,
  }),
  posts: fc.array(
    fc.record({
      author: anybody,
      visibility: fc.constantFrom(...visibilities),
      isPublished: often(),
      mentionsReader: rarely(),
      tag: fc.option(fc.constantFrom('one', 'two'), { freq: 2 }),
    }),
    { maxLength: 40, size: 'max' },
  ),
  followed: fc.uniqueArray(fc.record({ person: fc.integer({ min: 1, max: peopleCount - 1 }), isAccepted: often() }), {
    selector: ({ person }) => person,
  }),
  blocks: fc.array(pair, { maxLength: 1 }),
  mutes: fc.uniqueArray(fc.record({ person: fc.integer({ min: 1, max: peopleCount - 1 }), isOver: fc.boolean() }), {
    selector: ({ person }) => person,
    maxLength: 2,
  }),
  // Done to posts after they were made.
  changes: fc.array(
    fc.record({
      post: fc.nat({ max: 39 }),
      become: fc.constantFrom('deleted', ...visibilities),
    }),
    { maxLength: 10 },
  ),
  followsTag: fc.boolean(),
  limit: fc.integer({ min: 1, max: 4 }),
})

function rarely() {
  return fc.integer({ min: 0, max: 9 }).map((n) => n === 9)
}
function often() {
  return fc.integer({ min: 0, max: 9 }).map((n) => n > 0)
}

type World = ReturnType<typeof worlds.generate>['value']
let worldCount = 0

/** @returns the reader's id */
async function make(world: World): Promise<string> {
  worldCount += 1
  const run = async (list: readonly object[], statement: (given: Sql) => Sql) =>
    (await rows<{ id: string }>(house.db, statement(sql`${JSON.stringify(list)}::jsonb`))).map(({ id }) => id)
  const people = await run(
    world.people.map((one, index) => ({ ...one, name: `w${worldCount}_${index}` })),
    (given) => sql`
      insert into users (username, password_hash, is_private, suspended_at)
      select name, '', "isPrivate", case when "isSuspended" and name not like '%\_0' then now() end
      from jsonb_to_recordset(${given}) as given (name text, "isPrivate" boolean, "isSuspended" boolean)
      returning id`,
  )
  const idOf = (index: number) => people[index] ?? ''
  const reader = idOf(0)
  await run(
    world.followed.map((one) => ({ ...one, person: idOf(one.person) })),
    (given) => sql`
      insert into follows (follower_id, followee_id, accepted_at)
      select ${reader}, person, case when "isAccepted" then now() end
      from jsonb_to_recordset(${given}) as given (person bigint, "isAccepted" boolean)`,
  )
  const posts = await run(
    world.posts.map((one) => ({ ...one, author: idOf(one.author) })),
    (given) => sql`
      insert into posts (author_id, visibility, published_at)
      select author, visibility, case when "isPublished" then now() end
      from jsonb_to_recordset(${given}) as given (author bigint, visibility text, "isPublished" boolean)
      returning id`,
  )
  const made = world.posts.map((one, index) => ({ ...one, id: posts[index] ?? '' }))
  await run(
    made.filter(({ mentionsReader }) => mentionsReader),
    (given) => sql`
      insert into post_mentions (post_id, user_id)
      select id, ${reader} from jsonb_to_recordset(${given}) as given (id bigint)`,
  )
  await run(
    made.filter(({ tag }) => tag),
    (given) => sql`
      insert into post_hashtags (post_id, tag)
      select id, tag || ${worldCount}::int from jsonb_to_recordset(${given}) as given (id bigint, tag text)`,
  )
  if (world.followsTag)
    await rows(house.db, sql`insert into hashtag_follows (user_id, tag) values (${reader}, ${`one${worldCount}`})`)
  await run(
    world.mutes.map((one) => ({ ...one, person: idOf(one.person) })),
    (given) => sql`
      insert into mutes (muter_id, muted_id, ends_at)
      select ${reader}, person, case when "isOver" then now() - interval '1 day' end
      from jsonb_to_recordset(${given}) as given (person bigint, "isOver" boolean)`,
  )
  for (const { one, other } of world.blocks)
    if (one !== other)
      await rows(house.db, sql`insert into blocks (blocker_id, blocked_id) values (${idOf(one)}, ${idOf(other)})`)
  for (const { post, become } of world.changes)
    await rows(
      house.db,
      become === 'deleted'
        ? sql`update posts set deleted_at = now() where id = ${posts[post] ?? '0'}`
        : sql`update posts set visibility = ${become} where id = ${posts[post] ?? '0'}`,
    )
  return reader
}

/** What belongs into the feed, post by post. */
async function plainly(reader: string): Promise<string[]> {
  const found = await rows<{ id: string }>(
    house.db,
    sql`
      select posts.id from posts join users on users.id = posts.author_id
      where posts.published_at is not null and ${visibleTo(reader)} and not ${isMutedBy(reader, sql`posts.author_id`)}
        and (
          posts.author_id = ${reader}
          or posts.visibility <> 'direct' and ${follows(reader, sql`posts.author_id`)}
          or ${mentions(reader)}
          or posts.visibility = 'public' and ${openToAll} and exists (
            select from post_hashtags join hashtag_follows using (tag)
            where post_hashtags.post_id = posts.id and hashtag_follows.user_id = ${reader}
          )
        )
      order by posts.id desc`,
  )
  return found.map(({ id }) => id)
}

async function page(reader: string, limit: number): Promise<string[]> {
  const seen: string[] = []
  for (let maxId: string | undefined; ; ) {
    const ids: string[] = await selectHomeFeed(house.db, reader, maxId, limit)
    seen.push(...ids)
    // A page that is short though there is more would end it here.
    if (ids.length < limit) return seen
    maxId = ids.at(-1)
  }
}

it('gives in every world what a plain query gives, page by page', async () => {
  let posts = 0
  await fc.assert(
    fc.asyncProperty(worlds, async (world) => {
      const reader = await make(world)
      const expected = await plainly(reader)
      posts += expected.length
      expect(await page(reader, world.limit)).toEqual(expected)
    }),
    { numRuns: 60 },
  )
  // Worlds without posts would prove nothing.
  expect(posts).toBeGreaterThan(300)
}, 180_000)

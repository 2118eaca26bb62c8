import fc from 'fast-check'
import { type House, openHouse } from '../../test/house.ts'
import { findPerson, type Person } from '../accounts/service.ts'
import { addComment, deleteComment, likeComment, unlikeComment } from '../comments/service.ts'
import { rows, sql } from '../db/sql.ts'
import { accept, follow, unfollow } from '../follows/service.ts'
import { Refusal } from '../http/refusal.ts'
import { openQueue } from '../jobs/queue.ts'
import { like, unlike } from '../likes/service.ts'
import { deletePost, editPost } from '../posts/editing.ts'
import { changePreferences } from '../settings/service.ts'
import { type Drift, verifyCounts } from './verify.ts'

let house: House
let queue: Awaited<ReturnType<typeof openQueue>>
beforeAll(async () => {
  house = await openHouse({ withWorker: false })
  queue = await openQueue(house.db)
})
afterAll(async () => {
  await queue.stop()
  await house.close()
})

/** Some people, of whom the first is private, each with two posts. */
interface Village {
  people: Person[]
  posts: string[]
  comments: string[]
}

let villages = 0

async function settle(size: number): Promise<Village> {
  villages += 1
  const names = Array.from({ length: size }, (_, index) => `v${villages}_${index}`)
  await rows(
    house.db,
    sql`
      insert into users (username, display_name, password_hash, is_private)
      select name, '', 'none', name like '%\\_0' from unnest(${names}::text[]) as name`,
  )
  const people = await Promise.all(names.map((name) => findPerson(house.db, name)))
  const posts = (await Promise.all([...people, ...people].map(insertPost))).flat()
  return { people, posts, comments: [] }
}

async function insertPost({ id }: Person): Promise<string[]> {
  const made = await rows<{ id: string }>(
    house.db,
    sql`insert into posts (author_id, caption, published_at) values (${id}, '', now()) returning id`,
  )
  return made.map((post) => post.id)
}

/** What a person does with another, or with something of somebody's; numbers choose among those that there are. */
interface Deed {
  kind: (typeof kinds)[number]
  who: number
  what: number
}

const kinds = [
  ...(['like', 'unlike', 'follow', 'unfollow', 'accept', 'block', 'unblock', 'comment', 'answer'] as const),
  ...(['deleteComment', 'likeComment', 'unlikeComment', 'post', 'deletePost'] as const),
  ...(['tag', 'show', 'door', 'suspend', 'silence', 'wait'] as const),
]

const deed: fc.Arbitrary<Deed> = fc.record({
  // Of most things there is more than of others.
  kind: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('like', 'block', 'answer', 'comment', 'tag') },
    fc.constantFrom(...kinds),
  ) as fc.Arbitrary<Deed['kind']>,
  who: fc.nat(99),
  what: fc.nat(99),
})

/** Does it. A no is an answer; anything else, such as a deadlock, is not. */
async function carryOut({ people, posts, comments }: Village, { kind, who, what }: Deed): Promise<void> {
  const { db, storage } = house
  const pick = <Item>(items: Item[], number: number) => items[number % items.length] as Item
  const person = pick(people, who)
  const other = pick(people, who + 1 + (what % (people.length - 1)))
  const post = pick(posts, what)
  const comment = pick(comments, what) ?? '1'
  const deeds: Record<Deed['kind'], () => Promise<unknown>> = {
    like: () => like(db, person, post),
    unlike: () => unlike(db, person, post),
    follow: () => follow(db, person, other.username),
    unfollow: () => unfollow(db, person, other.username),
    accept: () => accept(db, person, other.username),
    block: () =>
      rows(
        db,
        sql`insert into blocks (blocker_id, blocked_id) values (${person.id}, ${other.id}) on conflict do nothing`,
      ),
    unblock: () => rows(db, sql`delete from blocks where blocker_id = ${person.id} and blocked_id = ${other.id}`),
    comment: async () =>
      comments.push(
        await addComment(db, person, post, { text: 'Hello', answersId: undefined, idempotencyKey: undefined }),
      ),
    answer: async () => {
      const [row] = await rows<{ post_id: string }>(db, sql`select post_id from comments where id = ${comment}`)
      const given = { text: `@${other.username}`, answersId: comment, idempotencyKey: undefined }
      comments.push(await addComment(db, person, row?.post_id ?? post, given))
    },
    deleteComment: () => deleteComment(db, person, comment),
    likeComment: () => likeComment(db, person, comment),
    unlikeComment: () => unlikeComment(db, person, comment),
    post: async () => posts.push(...(await insertPost(person))),
    deletePost: () => deletePost({ db, storage, queue }, person, post),
    tag: () => edit({ caption: pick(['', '#one', '#two #one', '#three #two', '#one #two #three'], who) }),
    show: () => edit({ visibility: pick(['public', 'unlisted', 'private', 'direct'], who) }),
    door: () => changePreferences({ db, storage, queue }, person, { ...person, isPrivate: what % 2 === 0 }),
    suspend: () =>
      rows(db, sql`update users set suspended_at = ${what % 2 ? null : new Date()} where id = ${person.id}`),
    silence: () =>
      rows(db, sql`update users set silenced_at = ${what % 2 ? null : new Date()} where id = ${person.id}`),
    // To be let in.
    wait: () => rows(db, sql`update users set approved_at = ${what % 2 ? new Date() : null} where id = ${person.id}`),
  }
  async function edit(given: Record<string, string>): Promise<void> {
    const [row] = await rows<{ author_id: string }>(db, sql`select author_id from posts where id = ${post}`)
    const author = people.find(({ id }) => id === row?.author_id)
    if (author) await editPost({ db, storage, queue }, author, post, given)
  }
  await deeds[kind]().catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error
  })
}

async function drift(isRepairing = false): Promise<Drift[]> {
  const found: Drift[] = []
  for await (const one of verifyCounts(house.db, isRepairing)) found.push(one)
  return found
}

/** What stands between two people of whom one has blocked the other. */
function betweenTheParted() {
  return rows(
    house.db,
    sql`
      with between_two as (
        select 'follow' as what, follower_id as one, followee_id as other from follows
        union all select 'like', user_id, author_id from likes
        union all select 'comment like', user_id, author_id from comment_likes
        union all select 'comment', author_id, post_author_id from comments where deleted_at is null
      )
      select what from between_two
      where exists (select from blocks where (blocker_id, blocked_id) in ((one, other), (other, one)))
      -- Nor does an answer outlive what it answers.
      union all select 'reply' from comments join comments as parent on parent.id = comments.parent_id
      where comments.deleted_at is null and parent.deleted_at is not null`,
  )
}

describe('counts', () => {
  it('are those of the rows, and the parted stay parted, whatever people do at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(deed, { minLength: 8, maxLength: 16 }), { minLength: 3, maxLength: 5 }),
        async (batches) => {
          const village = await settle(4)
          for (const batch of batches) await Promise.all(batch.map((one) => carryOut(village, one)))
          expect(await drift()).toEqual([])
          expect(await betweenTheParted()).toEqual([])
        },
      ),
      // One that fails may not fail again: times differ.
      { numRuns: 12, endOnFailure: true },
    )
  }, 300_000)

  it('are as somebody would note them who watches one thing after another', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 10, maxLength: 40 }), async (deeds) => {
        const village = await settle(3)
        const seen = new Set<string>()
        const watched = deeds.filter(({ kind }) => kind === 'like' || kind === 'unlike')
        for (const one of watched) {
          const note = `${one.who % 3} ${one.what % village.posts.length}`
          // The first person is private, and nobody follows them.
          const author = (one.what % village.posts.length) % 3
          if (one.kind === 'unlike') seen.delete(note)
          else if (author !== 0 || one.who % 3 === 0) seen.add(note)
          await carryOut(village, one)
        }
        const counted = await rows<{ likes: number }>(
          house.db,
          sql`select like_count as likes from posts where id = any(${village.posts}::bigint[]) order by id`,
        )
        const noted = village.posts
          .map((id, index) => ({
            id: BigInt(id),
            likes: [...seen].filter((note) => note.endsWith(` ${index}`)).length,
          }))
          .sort((one, other) => (one.id < other.id ? -1 : 1))
        expect(counted.map(({ likes }) => likes)).toEqual(noted.map(({ likes }) => likes))
      }),
      { numRuns: 8, endOnFailure: true },
    )
  }, 300_000)

  it('do not make a block wait in a circle with what the two do at that moment', async () => {
    const { db, storage } = house
    for (let time = 0; time < 12; time += 1) {
      const { people, posts } = await settle(3)
      const [, bob, carol] = people as [Person, Person, Person]
      const [, ofBob = '', ofCarol = '', , alsoBobs = '', alsoCarols = ''] = posts
      const say = (person: Person, postId: string, answersId?: string) =>
        addComment(db, person, postId, { text: 'Hi', answersId, idempotencyKey: undefined })
      await follow(db, bob, carol.username)
      await follow(db, carol, bob.username)
      for (const post of posts.slice(1)) await Promise.allSettled([like(db, bob, post), like(db, carol, post)])
      const [first, second] = [await say(bob, alsoCarols), await say(carol, alsoBobs)]
      const [third, fourth] = [await say(carol, alsoCarols, first), await say(bob, alsoBobs, second)]
      for (const id of [first, second, third, fourth])
        await Promise.all([likeComment(db, bob, id), likeComment(db, carol, id)])
      const block = (one: Person, other: Person) =>
        rows(db, sql`insert into blocks (blocker_id, blocked_id) values (${one.id}, ${other.id})`)
      const done = await Promise.allSettled([
        block(bob, carol),
        deletePost({ db, storage, queue }, bob, ofBob),
        deletePost({ db, storage, queue }, carol, ofCarol),
        unlike(db, bob, alsoCarols),
        unlike(db, carol, alsoBobs),
        deleteComment(db, carol, first),
        deleteComment(db, bob, second),
        unlikeComment(db, carol, first),
        unlikeComment(db, bob, third),
        say(bob, alsoCarols, first),
        unfollow(db, carol, bob.username),
        block(carol, bob),
      ])
      const wrong = done.filter((one) => one.status === 'rejected' && !(one.reason instanceof Refusal))
      expect(wrong).toEqual([])
    }
    expect(await drift()).toEqual([])
    expect(await betweenTheParted()).toEqual([])
  })

  it('fit after an account was deleted, with all that it had done', async () => {
    const village = await settle(3)
    const [, bob, carol] = village.people as [Person, Person, Person]
    const { db } = house
    const ofCarol = village.posts[2] ?? ''
    await follow(db, bob, carol.username)
    await follow(db, carol, bob.username)
    await like(db, bob, ofCarol)
    const said = await addComment(db, bob, ofCarol, { text: 'Hi', answersId: undefined, idempotencyKey: undefined })
    await addComment(db, carol, ofCarol, { text: 'Hi', answersId: said, idempotencyKey: undefined })
    const kept = await addComment(db, carol, ofCarol, { text: 'Ho', answersId: undefined, idempotencyKey: undefined })
    await likeComment(db, bob, kept)
    await db.raw('delete from users where id = ?', [bob.id])
    expect(await drift()).toEqual([])
    expect(await rows(db, sql`select like_count, comment_count from posts where id = ${ofCarol}`)).toEqual([
      { like_count: 0, comment_count: 1 },
    ])
  })

  it('that are wrong are found and put right, each of them', async () => {
    const { people, posts } = await settle(2)
    for (const [index, caption] of ['#wrong', '#wrong #lost', '#hidden'].entries())
      await editPost({ ...house, queue }, people[index % 2] as Person, posts[index] ?? '', { caption })
    const [user] = await rows<{ id: string }>(house.db, sql`select id from users order by id limit 1`)
    await house.db.raw(`
      update users set follower_count = 5, following_count = -1, post_count = 77, open_post_count = 78, last_post_id = 1
      where id = ${user?.id};
      update posts set like_count = 9, comment_count = 8;
      update comments set like_count = 7;
      update post_hashtags set is_listed = not is_listed where tag = 'hidden';
      update hashtags set post_count = 12 where tag = 'wrong';
      delete from hashtags where tag = 'lost'`)
    const toldOnly = await drift()
    expect(toldOnly.filter(({ table }) => table === 'hashtags')).toEqual([
      { table: 'hashtags', id: 'lost', counter: 'post_count', stored: null, counted: '1' },
      { table: 'hashtags', id: 'wrong', counter: 'post_count', stored: '12', counted: '1' },
    ])
    const found = await drift(true)
    expect(new Set(found.map(({ table, counter }) => `${table}.${counter}`))).toEqual(
      new Set([
        ...['follower_count', 'following_count', 'post_count', 'open_post_count', 'last_post_id'].map(
          (one) => `users.${one}`,
        ),
        ...['posts.like_count', 'posts.comment_count', 'comments.like_count'],
        ...['posts.is_listed #hidden', 'hashtags.post_count'],
      ]),
    )
    expect(await drift()).toEqual([])
  })
})

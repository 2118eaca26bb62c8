import type { Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import type { PostPage } from '../posts/service.ts'
import type { Kind } from './input.ts'
import { type Found, type FoundHashtag, type FoundPerson, searchHashtags, searchPeople } from './names.ts'
import { readHashtagPlace, readPersonPlace } from './places.ts'
import { searchPosts, suggestText } from './posts.ts'
import { readSought } from './sought.ts'

/** What a search found: of one kind a page, of all kinds the best few. */
export interface Results {
  people: FoundPerson[]
  hashtags: FoundHashtag[]
  posts: PostPage
  /** Whether more people, and more hashtags, are found than these. */
  hasMore: { people: boolean; hashtags: boolean }
  /** Of one kind, people or hashtags: where its next page begins. */
  nextAfter: string | undefined
  /** What was perhaps meant, where nothing was found. */
  didYouMean: string | undefined
}

const few = { people: 5, hashtags: 8, posts: 9 } as const
const postsPageSize = 24

/** Where a page of one kind begins. */
interface Beginning {
  /** Of posts: below this id. */
  maxId: string | undefined
  /** Of people and hashtags: as a `nextAfter` said. */
  after: unknown
}

/**
 * @param text as `soughtText` gives it
 * @param kind undefined for the best few of each
 */
export async function search(
  db: Db,
  viewer: Person | undefined,
  text: string,
  kind: Kind | undefined,
  { maxId, after }: Beginning,
): Promise<Results> {
  const sought = await readSought(db, text)
  const isWanted = (one: Kind) => kind === undefined || kind === one
  const [people, hashtags, posts] = await Promise.all([
    isWanted('people') ? searchPeople(db, viewer, sought, kind && readPersonPlace(after)) : nothing,
    isWanted('hashtags') ? searchHashtags(db, sought, kind && readHashtagPlace(after)) : nothing,
    isWanted('posts')
      ? searchPosts(db, viewer, sought, { maxId, limit: kind ? postsPageSize : few.posts })
      : { posts: [], nextMaxId: undefined },
  ])
  const isNothing = !people.items.length && !hashtags.items.length && !posts.posts.length && !posts.nextMaxId && !maxId
  const shown = {
    people: kind ? people.items : people.items.slice(0, few.people),
    hashtags: kind ? hashtags.items : hashtags.items.slice(0, few.hashtags),
  }
  return {
    ...shown,
    posts,
    hasMore: {
      people: people.items.length > shown.people.length || people.nextAfter !== undefined,
      hashtags: hashtags.items.length > shown.hashtags.length || hashtags.nextAfter !== undefined,
    },
    nextAfter: kind && (people.nextAfter ?? hashtags.nextAfter),
    didYouMean: isNothing && isWanted('posts') ? await suggestText(db, viewer, sought) : undefined,
  }
}

const nothing: Found<never> = { items: [], nextAfter: undefined }

const mostSuggestions = 8
/** Of these, as many for people, if there are hashtags for the rest. */
const suggestedPeople = 5

/**
 * What to offer while somebody types: people, those whom they know first, and hashtags; only the ones or the others behind an @ or a #.
 * It is asked for with every few letters, so no more is looked for than is offered.
 */
export async function suggest(
  db: Db,
  viewer: Person | undefined,
  text: string,
): Promise<Pick<Results, 'people' | 'hashtags'>> {
  if (!text) return { people: [], hashtags: [] }
  const sought = await readSought(db, text)
  const [people, hashtags] = await Promise.all([
    /^[#＃]/.test(text) ? nothing : searchPeople(db, viewer, sought, undefined, mostSuggestions),
    /^[@＠]/.test(text) ? nothing : searchHashtags(db, sought, undefined, mostSuggestions),
  ])
  const shown = people.items.slice(0, Math.max(suggestedPeople, mostSuggestions - hashtags.items.length))
  return { people: shown, hashtags: hashtags.items.slice(0, mostSuggestions - shown.length) }
}

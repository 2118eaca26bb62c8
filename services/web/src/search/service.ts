import type { Person } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import type { PostPage } from '../posts/service.ts'
import type { Kind } from './input.ts'
import { type FoundHashtag, type FoundPerson, searchHashtags, searchPeople } from './names.ts'
import { searchPosts, suggestText } from './posts.ts'
import { readSought } from './sought.ts'

/** What a search found: of one kind a page, of all kinds the best few. */
export interface Results {
  people: FoundPerson[]
  hashtags: FoundHashtag[]
  posts: PostPage
  /** What was perhaps meant, where nothing was found. */
  didYouMean: string | undefined
}

const few = { people: 5, hashtags: 8, posts: 9 } as const
const page = { people: 50, hashtags: 50, posts: 24 } as const

/**
 * @param text as `soughtText` gives it
 * @param kind undefined for the best few of each
 * @param maxId where a page of posts begins: below this
 */
export async function search(
  db: Db,
  viewer: Person | undefined,
  text: string,
  kind: Kind | undefined,
  maxId: string | undefined,
): Promise<Results> {
  const sought = await readSought(db, text)
  const limitOf = (one: Kind) => (kind === undefined ? few[one] : kind === one ? page[one] : 0)
  const [people, hashtags, posts] = await Promise.all([
    limitOf('people') ? searchPeople(db, viewer, sought, limitOf('people')) : [],
    limitOf('hashtags') ? searchHashtags(db, sought, limitOf('hashtags')) : [],
    limitOf('posts')
      ? searchPosts(db, viewer, sought, { maxId, limit: limitOf('posts') })
      : { posts: [], nextMaxId: undefined },
  ])
  const isNothing = !people.length && !hashtags.length && !posts.posts.length && !posts.nextMaxId && !maxId
  const didYouMean = isNothing && limitOf('posts') ? await suggestText(db, viewer, sought) : undefined
  return { people, hashtags, posts, didYouMean }
}

const mostSuggestions = 8
/** Of these, as many for people, if there are hashtags for the rest. */
const suggestedPeople = 5

/** What to offer while somebody types: people and hashtags, only the ones or the others behind an @ or a #. */
export async function suggest(
  db: Db,
  viewer: Person | undefined,
  text: string,
): Promise<Pick<Results, 'people' | 'hashtags'>> {
  if (!text) return { people: [], hashtags: [] }
  const sought = await readSought(db, text)
  const [people, hashtags] = await Promise.all([
    /^[#＃]/.test(text) ? [] : searchPeople(db, viewer, sought, mostSuggestions),
    /^[@＠]/.test(text) ? [] : searchHashtags(db, sought, mostSuggestions),
  ])
  const shown = people.slice(0, Math.max(suggestedPeople, mostSuggestions - hashtags.length))
  return { people: shown, hashtags: hashtags.slice(0, mostSuggestions - shown.length) }
}

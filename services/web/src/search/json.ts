import { describe } from '../posts/json.ts'
import type { FoundHashtag, FoundPerson } from './names.ts'
import type { Results } from './service.ts'

/** What was found, for those who asked for JSON. Where nothing was sought, nothing is found. */
export function describeResults(results: Results | undefined) {
  return {
    people: describePeople(results?.people ?? []),
    hashtags: describeTags(results?.hashtags ?? []),
    posts: results?.posts.posts.map(describe) ?? [],
    nextMaxId: results?.posts.nextMaxId ?? null,
    nextAfter: results?.nextAfter ?? null,
    didYouMean: results?.didYouMean ?? null,
  }
}

export function describePeople(people: readonly FoundPerson[]) {
  return people.map((person) => ({ ...person, url: `/@${person.username}` }))
}

export function describeTags(hashtags: readonly FoundHashtag[]) {
  return hashtags.map((hashtag) => ({ ...hashtag, url: `/tags/${encodeURIComponent(hashtag.tag)}` }))
}

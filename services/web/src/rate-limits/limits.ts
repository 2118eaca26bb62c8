import type { Budget } from '../attempts/service.ts'
import { phrase } from '../language/say.ts'

/**
 * How often one account may do what. Far above what people do, and below what hurts others: a like is a notification, a photo is a
 * place on the disk, a search is work for the database. The addresses are those of the rooms; a test asks for each.
 */
export interface RateLimit {
  method: 'get' | 'post'
  paths: readonly string[]
  budgets: readonly Budget[]
}

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** @param windows how many, within how many seconds */
function budgets(name: string, complaint: string, ...windows: readonly [most: number, seconds: number][]): Budget[] {
  return windows.map(([most, seconds]) => ({ name: `${name} in ${seconds} s`, most, seconds, complaint }))
}

export const rateLimits: readonly RateLimit[] = [
  {
    method: 'post',
    paths: ['/upload'],
    budgets: budgets('posts', phrase('That is a lot of posts in a short time.'), [30, hour], [100, day]),
  },
  {
    // The composer sends photos one by one, twenty for a post.
    method: 'post',
    paths: ['/p/:code/photos', '/settings/avatar', '/settings/avatar/crop'],
    budgets: budgets('photos', phrase('That is a lot of photos in a short time.'), [400, hour]),
  },
  {
    method: 'post',
    paths: ['/p/:code/like', '/p/:code/unlike', '/comments/:id/like', '/comments/:id/unlike'],
    budgets: budgets('likes', phrase('That is a lot of likes in a short time.'), [60, minute], [600, hour]),
  },
  {
    method: 'post',
    paths: ['/p/:code/comments'],
    budgets: budgets('comments', phrase('That is a lot of comments in a short time.'), [30, 5 * minute], [300, day]),
  },
  {
    // Unfollowing as well: to follow and unfollow in turns is how to be noticed by many.
    method: 'post',
    paths: ['/@:username/follow', '/@:username/unfollow', '/tags/:tag/follow', '/tags/:tag/unfollow'],
    budgets: budgets('follows', phrase('That is a lot of following in a short time.'), [60, hour], [200, day]),
  },
  {
    method: 'post',
    paths: ['/p/:code/report', '/comments/:id/report', '/@:username/report'],
    budgets: budgets('reports', phrase('That is a lot of reports in a short time.'), [20, hour], [60, day]),
  },
  {
    method: 'post',
    paths: ['/settings/export'],
    budgets: budgets('exports', phrase('An export was asked for very often today.'), [5, day]),
  },
  {
    method: 'post',
    paths: ['/invitations'],
    budgets: budgets('invitations', phrase('That is a lot of invitations for one day.'), [20, day]),
  },
  {
    // While somebody types, most letters are a search.
    method: 'get',
    paths: ['/search', '/search/suggest'],
    budgets: budgets('searches', phrase('That is a lot of searching in a short time.'), [300, 5 * minute]),
  },
]

/** Whatever somebody who is signed in sends, all of the above together and everything that has no line of its own. */
export const allWrites: readonly Budget[] = budgets(
  'writes',
  phrase('That is a lot at once.'),
  [120, minute],
  [2000, hour],
)

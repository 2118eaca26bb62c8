import { Counter } from 'prom-client'
import { described } from './registry.ts'

const happenings = new Counter(
  described('happenings_total', 'What people did: sign-ups, posts published, likes, comments, follows.', ['what']),
)
const photos = new Counter(described('photos_total', 'Photos by what became of them.', ['outcome']))

const kinds = ['sign-up', 'post', 'like', 'comment', 'follow'] as const
const outcomes = ['received', 'ready', 'refused', 'given-up'] as const

// A rate needs to have seen the nothing before the first one.
for (const what of kinds) happenings.inc({ what }, 0)
for (const outcome of outcomes) photos.inc({ outcome }, 0)

/** Counts something that somebody did, once it is committed. What changes nothing, as a second like, is nothing. */
export function happened(what: (typeof kinds)[number]): void {
  happenings.inc({ what })
}

/** Counts a photo on its way: received by web; then ready, refused for what is in it, or given up for the machine's sake. */
export function photoIs(outcome: (typeof outcomes)[number], howMany = 1): void {
  photos.inc({ outcome }, howMany)
}

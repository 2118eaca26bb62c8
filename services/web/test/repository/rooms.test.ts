import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const source = fileURLToPath(new URL('../../src', import.meta.url))

/** Features. Everything else in a folder is furniture, which every room may use. */
const rooms = [
  'attempts',
  'sessions',
  'accounts',
  'rate-limits',
  'two-factor',
  'passkeys',
  'sign-in',
  'instance',
  'web-app',
  'emails',
  'password-resets',
  'invitations',
  'sign-ups',
  'follows',
  'blocks',
  'mutes',
  'likes',
  'comments',
  'bookmarks',
  'media',
  'photos',
  'profiles',
  'posts',
  'hashtags',
  'collections',
  'search',
  'notifications',
  'push',
  'moderation',
  'settings',
  'exports',
  'departures',
  'syndication',
  'explore',
  'feed',
  'counts',
  'upgrades',
  'demo',
  'backups',
  'doctor',
  'local',
]
const furniture = ['db', 'http', 'jobs', 'language', 'mail', 'metrics', 'text', 'views']

interface Import {
  from: string
  to: string
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.tsx?$/.test(file) && !/\.test\./.test(file),
)

const imports: Import[] = files.flatMap((file) =>
  [...readFileSync(join(source, file), 'utf8').matchAll(/\bfrom '(\.[^']+)'/g)].map(([, target = '']) => ({
    from: file,
    to: relative(source, join(source, dirname(file), target)),
  })),
)

const roomOf = (file: string) => rooms.find((room) => file.startsWith(`${room}/`))

describe('the house', () => {
  it('is made of rooms and furniture that this test knows', () => {
    const folders = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    expect(folders.map(({ name }) => name).sort()).toEqual([...rooms, ...furniture].sort())
    // A guard of the guard: if the pattern stopped matching, all below would pass.
    expect(imports.length).toBeGreaterThan(100)
  })

  it('has doors: no room reaches for the queries of another', () => {
    const reaching = imports.filter(({ from, to }) => to.endsWith('queries.ts') && roomOf(from) !== roomOf(to))
    expect(reaching).toEqual([])
  })

  it('has furniture that knows no room', () => {
    const leaning = imports.filter(
      ({ from, to }) => furniture.some((piece) => from.startsWith(`${piece}/`)) && roomOf(to),
    )
    expect(leaning).toEqual([])
  })

  it('leads downhill: no circle of rooms', () => {
    const downhill = new Map(rooms.map((room) => [room, new Set<string>()]))
    for (const { from, to } of imports) {
      const [here, there] = [roomOf(from), roomOf(to)]
      if (here && there && here !== there) downhill.get(here)?.add(there)
    }
    const visit = (room: string, path: string[]): string[] | undefined => {
      if (path.includes(room)) return [...path, room]
      for (const next of downhill.get(room) ?? []) {
        const circle = visit(next, [...path, room])
        if (circle) return circle
      }
      return undefined
    }
    expect(rooms.map((room) => visit(room, [])).find(Boolean)).toBeUndefined()
  })

  it('has one reader of the environment', () => {
    const readers = files.filter((file) => /process\.env\b/.test(readFileSync(join(source, file), 'utf8')))
    expect(readers).toEqual(['config.ts'])
  })

  it('writes each table from one room only', () => {
    const writers = new Map<string, Set<string>>()
    for (const file of files.filter((name) => !name.startsWith('db/'))) {
      for (const [, table = ''] of readFileSync(join(source, file), 'utf8').matchAll(
        /\b(?:insert into|update|delete from) (\w+)\b/g,
      )) {
        if (table === 'set') continue // on conflict do update set
        writers.set(table, (writers.get(table) ?? new Set()).add(roomOf(file) ?? file))
      }
    }
    expect(Object.fromEntries([...writers].map(([table, by]) => [table, [...by]]))).toEqual({
      users: ['accounts'],
      departed_names: ['accounts'],
      exports: ['exports'],
      former_usernames: ['accounts'],
      attempts: ['attempts'],
      sessions: ['sessions'],
      known_devices: ['sessions'],
      pending_sign_ins: ['sessions'],
      authenticators: ['two-factor'],
      recovery_codes: ['two-factor'],
      passkeys: ['passkeys'],
      passkey_challenges: ['passkeys'],
      instance: ['instance'],
      email_addresses: ['emails'],
      email_confirmations: ['emails'],
      password_resets: ['password-resets'],
      invitations: ['invitations'],
      kept_mails: ['mail/kept.ts'],
      follows: ['follows'],
      blocks: ['blocks'],
      mutes: ['mutes'],
      likes: ['likes'],
      comments: ['comments'],
      comment_likes: ['comments'],
      comment_mentions: ['comments'],
      photos: ['photos'],
      avatars: ['profiles'],
      posts: ['posts'],
      // What is counted wrong is put right by the room that counts anew.
      post_hashtags: ['counts', 'posts'],
      hashtags: ['counts'],
      post_mentions: ['posts'],
      post_revisions: ['posts'],
      notification_readers: ['notifications'],
      push_subscriptions: ['push'],
      sitemap_starts: ['syndication'],
      bookmarks: ['bookmarks'],
      collections: ['collections'],
      collection_posts: ['collections'],
      hashtag_follows: ['hashtags'],
      reports: ['moderation'],
      moderation_log: ['moderation'],
      post_scores: ['explore'],
      popular_people: ['explore'],
      feed_marks: ['feed'],
    })
  })
})

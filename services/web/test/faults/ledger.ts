import { eventually, figure, type Stack } from '../stack/stack.ts'
import { type Entry, percentile, type Report } from './traffic.ts'

const quoted = (texts: readonly string[]): string => texts.map((text) => `'${text.replaceAll("'", "''")}'`).join(',')

/** How often each of some keys is found by a query of two columns, key and count. */
async function counts(stack: Stack, query: string): Promise<Map<string, number>> {
  const lines = (await stack.sql(query)).split('\n').filter(Boolean)
  return new Map(lines.map((line) => [line.split('|')[0] ?? '', Number(line.split('|')[1])]))
}

const queryOf: Record<Entry['kind'], (keys: string) => string> = {
  post: (keys) => `select caption, count(*) from posts where caption in (${keys}) and published_at is not null
    and exists (select from photos where photos.post_id = posts.id and photos.state = 'ready') group by 1`,
  comment: (keys) => `select text, count(*) from comments where text in (${keys}) group by 1`,
  follow: (keys) => `select follower.username || ' ' || followee.username, count(*) from follows
    join users follower on follower.id = follows.follower_id join users followee on followee.id = follows.followee_id
    where follower.username || ' ' || followee.username in (${keys}) group by 1`,
  like: (
    keys,
  ) => `select users.username, count(distinct likes.post_id) from likes join users on users.id = likes.user_id
    where users.username in (${keys}) group by 1`,
  'sign-up': (keys) => `select username, count(*) from users where username in (${keys}) group by 1`,
}

/**
 * Expects that all that was acknowledged is there, once; that counters fit their rows, and photos their files; and that the stack has
 * healed by itself.
 */
export async function expectKept(stack: Stack, what: string, { ledger, reads, leaks }: Report): Promise<void> {
  const failed = reads.filter(({ status }) => status !== 200)
  const retried = ledger.filter(({ failures }) => failures.length)
  figure(
    `${what}: ${reads.length} reads, ${failed.length} not answered 200, p50 ${percentile(
      reads.map(({ milliseconds }) => milliseconds),
      50,
    )} ms, p99 ${percentile(
      reads.map(({ milliseconds }) => milliseconds),
      99,
    )} ms; ${ledger.length} writes, ${retried.length} sent more than once`,
  )
  expect(leaks).toEqual([])
  await stack.healthy()
  expect(ledger.filter(({ isAcknowledged }) => !isAcknowledged)).toEqual([])
  // Otherwise nothing was shown.
  expect(ledger.length).toBeGreaterThan(5)

  for (const [kind, query] of Object.entries(queryOf)) {
    const keys = ledger.filter((entry) => entry.kind === kind).map(({ key }) => key)
    if (!keys.length) continue
    await eventually(
      async () => {
        const found = await counts(stack, query(quoted(keys)))
        const wrong = keys.filter((key) => found.get(key) !== 1).map((key) => `${kind} ${key}: ${found.get(key) ?? 0}`)
        expect(wrong).toEqual([])
      },
      60,
      500,
    )
  }
  await expectWhole(stack)
}

/** Counters equal their rows; no row is without its file, and no file without a row. */
export async function expectWhole(stack: Stack): Promise<void> {
  for (const command of ['counts', 'media']) {
    const outcome = await stack.shell('web', `gramstack ${command} verify`)
    expect([command, outcome.status, outcome.stdout.trim()]).toEqual([command, 0, expect.stringMatching(/fit\.$/)])
  }
}

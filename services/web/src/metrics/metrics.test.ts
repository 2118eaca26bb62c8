import { readFileSync } from 'node:fs'
import { apiPerson, type House, openHouse } from '../../test/house.ts'
import { loggedDuring } from '../../test/log-lines.ts'
import { picture } from '../../test/pictures.ts'
import { watchBackups } from '../backups/figures.ts'
import { askedBy, commentOf } from '../db/asker.ts'
import { rows, sql } from '../db/sql.ts'
import { setSlowMilliseconds } from '../db/watched-statements.ts'
import { watchCertificate } from './certificate.ts'
import { watchDisk } from './disk.ts'
import { readStatus, watchNginx } from './nginx.ts'
import { watchPgbouncer } from './pgbouncer.ts'
import { watchPool } from './pool.ts'
import { watchQueue } from './queue.ts'
import { serveMetrics } from './serve.ts'
import { addSource } from './sources.ts'

let house: House
let metrics: Awaited<ReturnType<typeof serveMetrics>>
beforeAll(async () => {
  house = await openHouse()
  watchPool(house.db)
  metrics = await serveMetrics('127.0.0.1', 0)
})
afterAll(async () => {
  metrics.close()
  await house.close()
})

const told = async () => (await fetch(`http://127.0.0.1:${metrics.port}/metrics`)).text()

/** The figure of one line, by its name and labels as they are written; undefined if there is none. */
async function figure(line: string): Promise<number | undefined> {
  const found = (await told()).split('\n').find((text) => text.startsWith(`${line} `))
  return found === undefined ? undefined : Number(found.slice(line.length + 1))
}

/** The lines that are logged meanwhile. */
const logged = (act: () => Promise<unknown>) => loggedDuring('info', act)

describe('metrics', () => {
  it('count requests by the route’s pattern, and name nobody', async () => {
    const alice = await apiPerson(house, 'alice.in.labels')
    await alice.get('/@alice.in.labels').expect(200)
    await alice.get('/@alice.in.labels').expect(200)
    await alice.get('/@nobody.of.that.name').expect(404)
    await alice.get('/p/abcdefghijk').expect(404)
    await alice.get('/no/such/page/42').expect(404)
    const text = await told()
    const count = (labels: string) =>
      text.split('\n').find((line) => line.startsWith(`gramstack_requests_total{${labels}}`))
    expect(count('method="GET",route="/@:username",status="200"')).toMatch(/ 2$/)
    expect(count('method="GET",route="/@:username",status="404"')).toMatch(/ 1$/)
    expect(count('method="GET",route="other",status="404"')).toMatch(/ [12]$/)
    expect(text).toContain('gramstack_request_seconds_bucket{le="0.1",method="GET",route="/@:username"}')
    expect(text).not.toMatch(/alice|nobody\.of|abcdefghijk|42"/)
  })

  it('have a bounded set of methods', async () => {
    await house.client().propfind('/').expect(404)
    expect(await told()).toContain('method="other"')
    expect(await told()).not.toContain('PROPFIND')
  })

  it('are no page of the site, and nothing else is on their port', async () => {
    await house.client().get('/metrics').expect(404)
    for (const path of ['/', '/metrics/', '/metrics?x=1', '/@alice'])
      expect((await fetch(`http://127.0.0.1:${metrics.port}${path}`)).status).toBe(404)
    expect((await fetch(`http://127.0.0.1:${metrics.port}/metrics`, { method: 'POST' })).status).toBe(404)
  })

  it('tell of Node and of the pool', async () => {
    const text = await told()
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds ')
    expect(text).toMatch(/gramstack_pool_connections\{state="most"\} 10/)
    expect(text).toMatch(/gramstack_statement_seconds_count [1-9]/)
  })

  it('count what people did, and nothing twice', async () => {
    const before = new Map<string, number>()
    const kinds = ['sign-up', 'post', 'like', 'comment', 'follow']
    const read = async (what: string) => (await figure(`gramstack_happenings_total{what="${what}"}`)) ?? Number.NaN
    for (const kind of kinds) before.set(kind, await read(kind))
    const photos = await figure('gramstack_photos_total{outcome="ready"}')

    const ada = await apiPerson(house)
    const bob = await apiPerson(house)
    const posted = await ada
      .post('/upload')
      .attach('file', await picture(), 'photo.jpg')
      .expect(201)
    const url = String(posted.body.url)
    for (let turn = 0; turn < 2; turn += 1) {
      await bob.post(`${url}/like`).redirects(1)
      await bob.post(`/@${ada.username}/follow`).redirects(1)
    }
    await bob.post(`${url}/comments`).type('form').send({ text: 'counted' }).redirects(1)

    const more = await Promise.all(kinds.map(async (kind) => [kind, (await read(kind)) - (before.get(kind) ?? 0)]))
    expect(Object.fromEntries(more)).toEqual({ 'sign-up': 2, post: 1, like: 1, comment: 1, follow: 1 })
    expect(await figure('gramstack_photos_total{outcome="ready"}')).toBe((photos ?? 0) + 1)
  })

  it('count photos that are refused', async () => {
    const before = await figure('gramstack_photos_total{outcome="refused"}')
    const ada = await apiPerson(house)
    await ada.post('/upload').attach('file', Buffer.from('no photo at all'), 'photo.jpg').expect(415)
    expect(await figure('gramstack_photos_total{outcome="refused"}')).toBe((before ?? 0) + 1)
  })
})

describe('what is asked of others', () => {
  // Looked at anew at most every five seconds, whoever asks.
  const anew = async () => {
    await new Promise((resolve) => setTimeout(resolve, 5_100))
    return told()
  }

  it('is the queue, the disk, pgbouncer and nginx; who does not answer has no figures, and takes none from the others', async () => {
    await house.idle()
    await rows(
      house.db,
      sql`insert into jobs.job (name, created_on, start_after, data)
        values ('remove-account', now() - interval '5 minutes', now() + interval '1 day', '{}'),
          ('export', now() - interval '5 minutes', now() - interval '5 minutes', '{}')`,
    )
    await rows(house.db, sql`update jobs.job set state = 'failed' where name = 'export'`)
    const closed = { ...house.config.database, port: 1 }
    const stops = [
      watchQueue(house.db),
      watchDisk(house.mediaRoot),
      watchBackups(house.db),
      watchPgbouncer(closed),
      watchNginx('http://127.0.0.1:1/'),
      watchCertificate('127.0.0.1', 1),
      addSource('endless', { endless_things: { help: 'Never told.' } }, () => new Promise(() => {})),
    ]
    try {
      const text = await anew()
      const up = text.split('\n').filter((line) => line.startsWith('gramstack_source_up'))
      expect(up.sort()).toEqual([
        'gramstack_source_up{source="backups"} 1',
        'gramstack_source_up{source="certificate"} 1',
        'gramstack_source_up{source="disk"} 1',
        'gramstack_source_up{source="endless"} 0',
        'gramstack_source_up{source="nginx"} 0',
        'gramstack_source_up{source="pgbouncer"} 0',
        'gramstack_source_up{source="queue"} 1',
      ])
      expect(text).toMatch(/^gramstack_media_free_bytes \d{6,}/m)
      expect(text).toContain('gramstack_queue_jobs{job="remove-account",state="waiting"} 1')
      // It waits for its time, which is nobody's fault.
      expect(text).toContain('gramstack_queue_oldest_seconds{job="remove-account"} 0')
      expect(text).toContain('gramstack_queue_jobs{job="export",state="failed"} 1')
      // Nothing is not nought.
      expect(text).not.toMatch(
        /^gramstack_(pgbouncer_wait_seconds|nginx_requests_total|certificate_expires_seconds|backup_age_seconds|endless_things) /m,
      )
      expectNamed(text)
    } finally {
      for (const stop of stops) stop()
      // Nobody would wait until tomorrow.
      await rows(house.db, sql`delete from jobs.job where name in ('remove-account', 'export')`)
    }
  })

  it('is the age of backups, where any are made', async () => {
    const table = /create table[^;]+;/.exec(
      readFileSync(new URL('../../../postgres/backups.sql', import.meta.url), 'utf8'),
    )?.[0]
    await house.db.raw(`create schema backup; ${table} insert into backup.state default values`)
    await house.db.raw(
      "update backup.state set safe_until = now() - '100 s'::interval, promised_seconds = 30, verified_at = '2026-03-01Z'",
    )
    const stop = watchBackups(house.db)
    try {
      const text = await anew()
      expect(text).toMatch(/^gramstack_backup_age_seconds 1\d\d(\.\d+)?$/m)
      expect(text).toContain('\ngramstack_backup_age_limit_seconds 120\n')
      expect(text).toContain(`\ngramstack_backup_verified_seconds ${Date.parse('2026-03-01T00:00:00Z') / 1000}\n`)
    } finally {
      stop()
    }
  })

  /** Every name that the dashboard and the alarms ask for is told. */
  function expectNamed(text: string): void {
    const known = new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name))
    const asked = ['alerts.yml', 'grafana/dashboards/gramstack.json'].flatMap((file) => [
      ...readFileSync(new URL(`../../../monitoring/${file}`, import.meta.url), 'utf8').matchAll(
        /\b(?:gramstack|nodejs|process)_\w+/g,
      ),
    ])
    const names = new Set(asked.map(([name]) => name))
    expect(names.size).toBeGreaterThan(25)
    const missing = [...names].filter(
      (name) => !known.has(name) && !known.has(name.replace(/_(bucket|sum|count)$/, '')),
    )
    expect(missing).toEqual([])
    // And the other way round: what nobody looks at need not be told.
    const unseen = [...known].filter(
      (name) =>
        name?.startsWith('gramstack_') &&
        ![...names].some((seen) => seen.replace(/_(bucket|sum|count)$/, '') === name || seen === name),
    )
    expect(unseen).toEqual(['gramstack_endless_things'])
  }

  it('is nginx’s page of figures, and no other', () => {
    const page =
      'Active connections: 3 \nserver accepts handled requests\n 120 118 3000 \nReading: 1 Writing: 2 Waiting: 7 \n'
    expect(readStatus(page)).toMatchObject({
      nginx_connections: [
        { labels: { state: 'reading' }, value: 1 },
        { labels: { state: 'writing' }, value: 2 },
        { labels: { state: 'idle' }, value: 7 },
      ],
      nginx_dropped_total: [{ value: 2 }],
      nginx_requests_total: [{ value: 3000 }],
    })
    expect(() => readStatus('<html>')).toThrow('not what nginx')
  })
})

describe('a statement', () => {
  afterEach(() => setSlowMilliseconds(undefined))

  it('that is slow is logged with the request’s id and route, and without its values', async () => {
    const ada = await apiPerson(house, 'slow.ada')
    setSlowMilliseconds(0.001)
    let id = ''
    const lines = await logged(async () => {
      id = String((await ada.get('/@slow.ada').expect(200)).headers['x-request-id'])
    })
    const slow = lines.filter(({ event, route }) => event === 'slow statement' && route === '/@:username')
    expect(slow.length).toBeGreaterThan(0)
    for (const line of slow)
      expect(line).toEqual({
        time: expect.any(String),
        level: 'warn',
        event: 'slow statement',
        requestId: id,
        route: '/@:username',
        milliseconds: expect.any(Number),
        statement: expect.stringMatching(/^\w.*\$1/),
      })
    expect(JSON.stringify(slow)).not.toContain('slow.ada')
    expect(lines.find(({ event }) => event === 'request')).toMatchObject({ requestId: id, route: '/@:username' })
    expect(await figure('gramstack_slow_statements_total')).toBeGreaterThan(0)
  })

  it('that is not is not', async () => {
    const ada = await apiPerson(house)
    setSlowMilliseconds(60_000)
    const lines = await logged(() => ada.get('/').expect(200))
    expect(lines.map(({ event }) => event)).toEqual(['request'])
  })

  it('says in PostgreSQL for which request it runs', async () => {
    const ada = await apiPerson(house, 'waiting.ada')
    await apiPerson(house, 'waited.for')
    const id = 'c0ffee'.repeat(5).padEnd(32, '0')
    const held = await house.db.transaction()
    try {
      await held.raw('lock table follows in exclusive mode')
      const asked = ada.post('/@waited.for/follow').set('X-Request-Id', id)
      const answer = asked.then(({ status }) => status)
      let found: { query: string }[] = []
      while (!found.length)
        found = await rows(
          house.db,
          sql`select query from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock' and query like ${`/* req=${id}%`}`,
        )
      expect(found[0]?.query).toMatch(new RegExp(`^/\\* req=${id} route=/@:username/follow \\*/ `))
      await held.commit()
      expect(await answer).toBe(204)
    } finally {
      if (!held.isCompleted()) await held.rollback()
    }
  })

  it('is never changed by what a visitor calls the request', async () => {
    const hostile = '*/ drop table users; --'
    const answer = await house.client().get('/').set('X-Request-Id', hostile).expect(200)
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/)
    for (const requestId of [hostile, 'A', 'g', '1\n', '/*', 'a'.repeat(65)]) expect(commentOf({ requestId })).toBe('')
    for (const route of [hostile, '/{*path}', '/* */', 'a\u0000b', '?', "'", '\\', '/a\n*/']) {
      const comment = commentOf({ route, requestId: 'ab-01' })
      expect(comment).toMatch(/^\/\* req=ab-01 route=[\w:@.{}/-]+ \*\/ $/)
      const found = await askedBy({ route, job: route }, () => rows(house.db, sql`select ${1}::int as one`))
      expect(found).toEqual([{ one: 1 }])
    }
  })

  it('that fails is quoted as it was written', async () => {
    const failing = askedBy({ requestId: 'abc' }, () => house.db.raw('select no_such_column'))
    await expect(failing).rejects.toThrow(/^select no_such_column - column/)
  })
})

describe('a job', () => {
  it('is logged under its own id, and that of the request that asked for it', async () => {
    const ada = await apiPerson(house)
    let id = ''
    const lines = await logged(async () => {
      const posted = await ada
        .post('/upload')
        .attach('file', await picture(), 'photo.jpg')
        .expect(201)
      id = String(posted.headers['x-request-id'])
      await house.idle()
    })
    expect(lines.filter(({ event }) => event === 'job')).toContainEqual({
      time: expect.any(String),
      level: 'info',
      event: 'job',
      requestId: id,
      job: 'develop-photo',
      jobId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      outcome: 'done',
      milliseconds: expect.any(Number),
    })
    expect(await told()).toMatch(/gramstack_job_seconds_count\{job="develop-photo",outcome="done"\} [1-9]/)
  })
})

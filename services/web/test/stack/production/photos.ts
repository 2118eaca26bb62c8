import sharp from 'sharp'
import { eventually, figure, type Stack, uploadsHeld } from '../stack.ts'
import { ask, browserAccept, multipart, signUp, type Visitor } from '../visitor.ts'
import { expectSecurityHeaders } from './front-door.ts'
import type { TheHouse } from './house.ts'

const media = '/var/lib/gramstack/media'

/** Of what is in a container's memory, the most there ever was; cgroup v2 and v1 say it differently. */
async function peakMiB(stack: Stack, service: string): Promise<number> {
  const { stdout } = await stack.shell(
    service,
    'cat /sys/fs/cgroup/memory.peak 2>/dev/null || cat /sys/fs/cgroup/memory/memory.max_usage_in_bytes',
  )
  return Number(stdout.trim()) / 1024 / 1024
}

/** Photos that not everybody may have, and many at once, on the real stack. */
export function photos(house: TheHouse): void {
  let bob: Visitor
  beforeAll(async () => {
    bob = await signUp(house().stack.url, 'bert')
  })

  async function share(visitor: Visitor, fields: Record<string, string>): Promise<{ url: string; media: string }> {
    const { photo, stack } = house()
    const form = multipart(Buffer.concat([photo, Buffer.from(String(Math.random()))]), fields)
    const headers = { ...form.headers, Cookie: visitor.cookie }
    const answer = await ask(stack.url, '/upload', { method: 'POST', body: form.body, headers })
    expect([answer.status, answer.json.isPublished]).toEqual([201, true])
    return answer.json
  }

  const seen = async (path: string, visitor?: Visitor) =>
    (await ask(house().stack.url, path, visitor ? { headers: { Cookie: visitor.cookie } } : {})).status

  describe('a photo for followers', () => {
    it('comes from nginx after the app has said yes, and is there for nobody else', async () => {
      const { stack, alice } = house()
      const post = await share(alice, { visibility: 'private' })
      const own = await ask(stack.url, post.media, { headers: { Cookie: alice.cookie } })
      expect([own.status, own.headers['content-type'], own.headers['cache-control']]).toEqual([
        200,
        'image/jpeg',
        'private, no-cache',
      ])
      expect((await sharp(own.body).metadata()).format).toBe('jpeg')
      expect(own.headers['x-accel-redirect']).toBeUndefined()
      expect(own.headers['content-security-policy']).toBe("default-src 'none'; sandbox")
      expectSecurityHeaders('a photo for followers', own)
      const question = { Cookie: alice.cookie, 'If-None-Match': own.headers.etag ?? '' }
      expect((await ask(stack.url, post.media, { headers: question })).status).toBe(304)
      const part = await ask(stack.url, post.media, { headers: { Cookie: alice.cookie, Range: 'bytes=0-9' } })
      expect([part.status, part.body.length]).toEqual([206, 10])

      expect([await seen(post.media), await seen(post.media, bob), await seen(post.url)]).toEqual([404, 404, 404])
      // Not by guessing where it lies, either.
      const [, , shard, key, file] = post.media.split('/')
      for (const path of [
        `/restricted-media/${shard}/${key}/${file}`,
        `/restricted/${shard}/${key}/${file}`,
        `/media/restricted/${shard}/${key}/${file}`,
        `/media/../restricted/${shard}/${key}/${file}`,
        `/media/%2e%2e/restricted/${shard}/${key}/${file}`,
        `/media/${shard}/${key}/..%2f..%2f..%2frestricted%2f${shard}%2f${key}%2f${file}`,
      ])
        expect([path, await seen(path, bob)]).toEqual([path, 404])

      await bob.post('/@alice/follow', {})
      expect([await seen(post.media, bob), await seen(post.url, bob)]).toEqual([200, 200])
      await bob.post('/@alice/unfollow', {})
      expect([await seen(post.media, bob), await seen(post.url, bob)]).toEqual([404, 404])
    })

    it('is given by any replica, and by none once it is deleted', async () => {
      const { alice } = house()
      const post = await share(alice, { visibility: 'private' })
      const statuses = await Promise.all(Array.from({ length: 30 }, () => seen(post.media, alice)))
      expect(new Set(statuses)).toEqual(new Set([200]))
      await alice.post(`${post.url}/delete`, {})
      const after = await Promise.all(Array.from({ length: 30 }, () => seen(post.media, alice)))
      expect(new Set(after)).toEqual(new Set([404]))
    })
  })

  describe('an account that goes private', () => {
    it('closes every photo at once, and is asked for none of those that all may have', async () => {
      const { stack } = house()
      const carol = await signUp(stack.url, 'claire')
      const posts: { url: string; media: string }[] = []
      for (let count = 0; count < 5; count += 1) posts.push(await share(carol, {}))
      for (const { media: path } of posts) expect(await seen(path)).toBe(200)
      const logged = async () => (await stack.logs('web')).split(posts[0]?.media ?? '?').length - 1
      // Served by nginx alone.
      expect(await logged()).toBe(0)
      await carol.post('/settings', { isPrivate: 'on' })
      for (const { media: path, url } of posts)
        expect([await seen(path), await seen(path, bob), await seen(url), await seen(path, carol)]).toEqual([
          404, 404, 404, 200,
        ])
      expect(await logged()).toBeGreaterThan(0)
      await carol.post('/settings', { whole: 'yes' })
      await eventually(async () => {
        const key = posts[0]?.media.split('/')[3]
        const { stdout } = await stack.shell('web', `ls -d ${media}/renditions/*/${key}`)
        expect(stdout.trim()).toMatch(/renditions/)
      })
      expect(await seen(posts[0]?.media ?? '')).toBe(200)
    })
  })

  describe('a form with photos', () => {
    it('is not even taken in from somebody who is not signed in', async () => {
      const { stack } = house()
      const form = multipart(Buffer.alloc(100_000_000, 7))
      for (const path of ['/upload', '/p/AAAAAAAAAAA/photos', '/Upload/']) {
        const program = await ask(stack.url, path, { method: 'POST', body: form.body, headers: form.headers })
        expect([path, program.status]).toEqual([path, 401])
        const headers = { ...form.headers, Accept: browserAccept }
        const browser = await ask(stack.url, path, { method: 'POST', body: form.body, headers })
        expect([browser.status, browser.headers.location]).toEqual([303, expect.stringMatching(/^\/sign-in\?next=/)])
      }
      expect(await uploadsHeld(stack)).toBe('0')
    })
  })

  describe('twenty photos of 24 megapixels at once', () => {
    it('are developed within the worker’s memory, and nobody has to wait for AVIF', async () => {
      const { stack, alice } = house()
      const large = await sharp({
        create: {
          width: 6000,
          height: 4000,
          channels: 3,
          background: '#000',
          noise: { type: 'gaussian', mean: 128, sigma: 12 },
        },
      })
        .blur(1)
        .jpeg({ quality: 85 })
        .toBuffer()
      const begin = Date.now()
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          alice.upload(Buffer.concat([large, Buffer.from(`number ${index}`)]), `large ${index}`),
        ),
      )
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201))
      await eventually(async () => {
        expect(await stack.sql("select count(*) from photos where state <> 'ready'")).toBe('0')
        expect(
          await stack.sql("select count(*) from posts where caption like 'large %' and published_at is not null"),
        ).toBe('20')
      }, 120)
      const limitMiB = (await stack.container('worker')).HostConfig.Memory / 1024 / 1024
      const peak = await peakMiB(stack, 'worker')
      figure(
        `20 photos of 24 MP (${(large.length / 1e6).toFixed(1)} MB each) at once: all visible after ` +
          `${((Date.now() - begin) / 1000).toFixed(1)} s, worker at most ${peak.toFixed(0)} of ${limitMiB} MiB`,
      )
      expect(peak).toBeLessThan(limitMiB)
      const worker = await stack.container('worker')
      expect([worker.State.OOMKilled, worker.RestartCount]).toEqual([false, 0])
      expect((await stack.shell('worker', 'dmesg 2>/dev/null | grep -c oom')).stdout.trim()).not.toMatch(/^[1-9]/)
    }, 300_000)
  })
}

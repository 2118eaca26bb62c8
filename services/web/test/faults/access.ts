import { pause } from '../stack/stack.ts'
import { ask, browserAccept, multipart, password, visit } from '../stack/visitor.ts'
import type { TheHouse } from './house.ts'

/** Who is put out is out, on every replica, at once. */
export function access(house: TheHouse): void {
  /** The statuses that thirty requests get, whichever replica answers. */
  async function answers(path: string, cookie: string): Promise<number[]> {
    const { stack } = house()
    const headers = { Accept: browserAccept, Cookie: cookie }
    const all = await Promise.all(Array.from({ length: 30 }, () => ask(stack.url, path, { headers })))
    return [...new Set(all.map(({ status }) => status))]
  }

  it('19. a session that is ended, and a person who is suspended, are refused by every replica within a second', async () => {
    const { stack, people, photo } = house()
    const [admin, friend] = people
    if (!admin || !friend) throw new Error('nobody is there')
    const form = multipart(Buffer.concat([photo, Buffer.from('for followers')]), { visibility: 'private' })
    const post = await ask(stack.url, '/upload', {
      method: 'POST',
      body: form.body,
      headers: { ...form.headers, Cookie: admin.cookie },
    })
    const { media } = post.json
    const name = `fan${Date.now() % 1e7}`
    const fan = visit(stack.url)
    expect((await fan.post('/sign-up', { username: name, password })).status).toBe(201)
    await fan.post(`/@${admin.username}/follow`, {})
    expect([await answers('/settings', fan.cookie), await answers(media, fan.cookie)]).toEqual([[200], [200]])

    // Signed in twice; the first is ended by the second.
    const again = visit(stack.url)
    expect((await again.post('/sign-in', { username: name, password })).status).toBe(200)
    const ended = await again.post('/settings/sessions/end-others', {})
    expect(ended.status).toBeLessThan(400)
    await pause(1_000)
    expect([await answers('/settings', fan.cookie), await answers(media, fan.cookie)]).toEqual([[303], [404]])
    expect(await answers(media, again.cookie)).toEqual([200])

    const suspended = await ask(stack.url, `/admin/people/${name}/suspend`, {
      method: 'POST',
      body: new URLSearchParams({ reason: 'A test' }).toString(),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Cookie: admin.cookie },
    })
    expect(suspended.status).toBeLessThan(400)
    await pause(1_000)
    expect(await answers(media, again.cookie)).toEqual([404])
    expect(await answers('/settings', again.cookie)).not.toContain(200)
  }, 120_000)
}

import { rows, sql } from '../../src/db/sql.ts'
import type { House } from '../house.ts'
import { newPicture } from '../pictures.ts'

/**
 * Fills a house with something of everything, most of it the admin's: so that its pages have the forms that they can have.
 * @returns the ids of two people, by what they are here
 */
export async function furnish(house: House, password: string): Promise<['admin' | 'member', string][]> {
  const signUp = async (username: string) => {
    const client = house.client()
    await client.post('/sign-up').type('form').send({ username, password }).expect(201)
    const [row] = await rows<{ id: string }>(house.db, sql`select id from users where username = ${username}`)
    return { client, id: row?.id ?? '' }
  }
  const admin = await signUp('hilda')
  const member = await signUp('alice')
  const guest = await signUp('gustav')
  const say = async ({ client }: typeof admin, path: string, fields: Record<string, string> = {}) => {
    const { status, text } = await client.post(path).type('form').send(fields)
    if (status >= 300) throw new Error(`${path}: ${status} ${text}`)
  }
  const share = async ({ client }: typeof admin, fields: Record<string, string>) => {
    const form = client.post('/upload').field(fields)
    for (let photo = 0; photo < 2; photo += 1) form.attach('file', await newPicture(), 'a.jpg')
    return (await form.expect(201)).body as { url: string }
  }
  await say(admin, '/settings', { isPrivate: 'on' })
  for (const somebody of [member, guest]) await say(somebody, '/@hilda/follow')
  for (const visibility of ['public', 'public', 'unlisted', 'private']) {
    const { url } = await share(admin, { caption: 'A #hike with @alice', place: 'Here', visibility })
    for (const text of ['Hello @alice', 'Hello again']) await say(admin, `${url}/comments`, { text })
    await say(admin, `${url}/save`)
  }
  await share(admin, { caption: 'Not yet', draft: 'on' })
  const { url } = await share(member, { caption: 'For everybody #hike' })
  await say(admin, `${url}/like`)
  await say(admin, `${url}/comments`, { text: 'Good' })
  await say(guest, `${url}/report`, { reason: 'spam' })
  await say(guest, '/@alice/report', { reason: 'spam' })
  for (const name of ['Trees', 'Seas']) await say(admin, '/saved', { name })
  for (let count = 0; count < 3; count += 1) await say(admin, '/invitations', { uses: '3', days: '7' })
  await say(admin, '/tags/hike/follow')
  await say(admin, '/@gustav/mute')
  await say(admin, '/follow-requests/gustav', { answer: 'accept' })
  for (const name of ['blocked', 'suspended', 'silenced', 'waiting']) await signUp(name)
  await say(admin, '/@blocked/block')
  await say(admin, '/admin/people/suspended/suspend', { reason: 'Spam' })
  await say(admin, '/admin/people/silenced/silence', { reason: 'Loud' })
  await rows(house.db, sql`update users set approved_at = null where username = 'waiting'`)
  await house.idle()
  return [
    ['admin', admin.id],
    ['member', member.id],
  ]
}

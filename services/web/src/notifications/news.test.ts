import { apiPerson, type House, openHouse } from '../../test/house.ts'
import { type MailServer, openMailServer } from '../../test/mail-server.ts'
import { rows, sql } from '../db/sql.ts'
import { openQueue, type Queue } from '../jobs/queue.ts'
import { askForNews } from './news.ts'

let house: House
let server: MailServer
let queue: Queue
beforeAll(async () => {
  server = await openMailServer()
  house = await openHouse(server.settings())
  queue = await openQueue(house.db)
})
afterAll(async () => {
  await queue.stop()
  await house.close()
  await server.close()
})

type Client = Awaited<ReturnType<typeof apiPerson>>

/** As the worker does every few minutes. */
async function tick(): Promise<void> {
  await askForNews({ db: house.db, queue, isMailOn: true })
  await house.idle()
}
const choose = (who: Client, news: string) => who.post('/settings/notifications').type('form').send({ news })
const mailsTo = ({ username }: Client) => server.mails.filter(({ to }) => to === `${username}@mail.example`)

async function giveAddress({ username }: Client): Promise<void> {
  const address = `${username}@mail.example`
  await rows(
    house.db,
    sql`
      insert into email_addresses (user_id, address, comparable, confirmed_at)
      select id, ${address}, ${address}, now() from users where username = ${username}`,
  )
}

/** As if all that has happened so far, and the last letter, lay back by so many hours. */
async function pass(hours: number): Promise<void> {
  const back = sql`make_interval(hours => ${hours})`
  await rows(house.db, sql`update notification_readers set news_mailed_at = news_mailed_at - ${back}`)
  await rows(house.db, sql`update likes set created_at = created_at - ${back}`)
  await rows(house.db, sql`update follows set created_at = created_at - ${back}, accepted_at = accepted_at - ${back}`)
}

/** Somebody who wants letters, and whose last one was more than a day ago. */
async function reader(): Promise<Client> {
  const client = await apiPerson(house)
  await giveAddress(client)
  await choose(client, 'daily').expect(200)
  await pass(25)
  return client
}

async function post({ username }: Client): Promise<string> {
  const [row] = await rows<{ id: string }>(
    house.db,
    sql`
      insert into posts (author_id, published_at) select id, now() from users where username = ${username} returning id`,
  )
  return row?.id ?? ''
}

async function like({ username }: Client, postId: string): Promise<void> {
  await rows(
    house.db,
    sql`
      insert into likes (post_id, user_id, author_id)
      select posts.id, users.id, posts.author_id from posts, users where posts.id = ${postId} and username = ${username}`,
  )
}

const follow = (who: Client, whom: Client) => who.post(`/@${whom.username}/follow`).expect(204)

describe('mail about what one has not seen', () => {
  it('is off until it is wanted, and wants an address', async () => {
    const ada = await apiPerson(house)
    expect((await ada.get('/settings/notifications').expect(200)).body.news).toBe('never')
    const answer = await ada
      .post('/settings/notifications')
      .set('Accept', 'text/html')
      .type('form')
      .send({ news: 'daily', likes: 'nobody' })
      .expect(422)
    expect(answer.text).toContain('Add an e-mail address to your account first, and confirm it.')
    expect(answer.text).toContain('<option value="daily" selected>')
    await giveAddress(ada)
    await choose(ada, 'daily').expect(200)
    expect((await ada.get('/settings/notifications').expect(200)).body).toMatchObject({ news: 'daily' })
    await choose(ada, 'hourly').expect(422)
    await ada.post('/settings/notifications').type('form').send({ likes: 'everyone' }).expect(200)
    expect((await ada.get('/settings/notifications').expect(200)).body).toMatchObject({ news: 'daily' })
  })

  it('comes once a day, with what is new, together as on the page', async () => {
    const [ada, bob, carol] = [await reader(), await apiPerson(house), await apiPerson(house)]
    const postId = await post(ada)
    await like(bob, postId)
    await like(carol, postId)
    await follow(bob, ada)
    await pass(2)
    // Two workers, at once and again.
    await Promise.all([tick(), tick()])
    await tick()
    const [mail, ...more] = mailsTo(ada)
    expect(more).toEqual([])
    expect(mail?.subject).toBe('What you have not seen yet')
    expect(mail?.source).toMatch(/person\d+ \(@person\d+\) and person\d+ \(@person\d+\) liked your post/)
    expect(mail?.source).toContain(`${bob.username} (@${bob.username}) started following you`)
    for (const part of ['https://photos.example/notifications', 'https://photos.example/settings/notifications'])
      expect(mail?.source).toContain(part)

    // Of the next day, only what has come since.
    await pass(25)
    await tick()
    expect(mailsTo(ada)).toHaveLength(1)
    await follow(carol, ada)
    await pass(25)
    await tick()
    expect(mailsTo(ada)).toHaveLength(2)
    expect(mailsTo(ada)[1]?.source).toContain(`${carol.username} (@${carol.username}) started following you`)
    expect(mailsTo(ada)[1]?.source).not.toContain('liked your post')
  })

  it('is not sent of what was seen, nor while somebody may be about to look', async () => {
    const [ada, bob] = [await reader(), await apiPerson(house)]
    await follow(bob, ada)
    await tick()
    expect(mailsTo(ada)).toEqual([])
    await pass(2)
    await ada.get('/notifications').set('Accept', 'text/html').expect(200)
    await tick()
    expect(mailsTo(ada)).toEqual([])
  })

  it('tells nothing that may not be seen any more, even between asking and sending', async () => {
    const [ada, bob] = [await reader(), await apiPerson(house)]
    await follow(bob, ada)
    await pass(2)
    await rows(house.db, sql`update users set suspended_at = now() where username = ${bob.username}`)
    await tick()
    expect(mailsTo(ada)).toEqual([])
    await rows(house.db, sql`update users set suspended_at = null where username = ${bob.username}`)
    await pass(25)
    await house.db.transaction(async (tx) => {
      const [{ id = '' } = {}] = await rows<{ id: string }>(
        tx,
        sql`select id from users where username = ${ada.username}`,
      )
      const since = new Date(0).toISOString()
      await queue.add(tx, 'send-mail', { what: 'news', personId: id, since })
      await rows(tx, sql`update users set suspended_at = now() where username = ${bob.username}`)
    })
    await house.idle()
    expect(mailsTo(ada)).toEqual([])
  })

  it('is not sent to an address that is not confirmed, nor to somebody suspended', async () => {
    const [ada, eve, bob] = [await reader(), await reader(), await apiPerson(house)]
    for (const one of [ada, eve]) await follow(bob, one)
    await pass(2)
    await rows(
      house.db,
      sql`
        update email_addresses set confirmed_at = null from users
        where users.id = user_id and username = ${ada.username}`,
    )
    await rows(house.db, sql`update users set suspended_at = now() where username = ${eve.username}`)
    await tick()
    expect([...mailsTo(ada), ...mailsTo(eve)]).toEqual([])
  })

  it('is stopped in the settings, or with one click in a mail program, which is not signed in', async () => {
    const [ada, bob] = [await reader(), await apiPerson(house)]
    await follow(bob, ada)
    await pass(2)
    await tick()
    const source = mailsTo(ada)[0]?.source.replaceAll(/\r\n\s+/g, ' ') ?? ''
    expect(source).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click')
    const path = /List-Unsubscribe: <https:\/\/photos\.example(\/[^>]+)>/.exec(source)?.[1] ?? ''
    // Programs that look through mail open links.
    expect((await house.browser().get(path).expect(200)).text).toContain('Stop these mails')
    expect((await ada.get('/settings/notifications').expect(200)).body.news).toBe('daily')
    for (const _time of [1, 2])
      await house.client().post(path).type('form').send({ 'List-Unsubscribe': 'One-Click' }).expect(204)
    expect((await ada.get('/settings/notifications').expect(200)).body.news).toBe('never')
    await follow(await apiPerson(house), ada)
    await pass(25)
    await tick()
    expect(mailsTo(ada)).toHaveLength(1)
    for (const token of ['', 'x', '%00', 'a'.repeat(200)])
      await house.client().post(`/notifications/stop-mail?token=${token}`).expect(404)
    // It opens nothing else, and works again once letters are wanted again.
    await choose(ada, 'daily').expect(200)
    await house
      .browser()
      .post(path)
      .expect(200, /no more of these mails/)
    expect((await ada.get('/settings/notifications').expect(200)).body.news).toBe('never')
  })

  it('is not offered where no mail is sent', async () => {
    const off = await openHouse({ withWorker: false })
    const ada = await apiPerson(off)
    expect((await ada.get('/settings/notifications').set('Accept', 'text/html')).text).not.toContain('Mail me')
    await choose(ada, 'daily').expect(422, /sends no mail/)
    await off.close()
  })
})

import { createRequire } from 'node:module'
import { apiPerson, type House, openHouse, person } from '../../test/house.ts'
import { newPicture } from '../../test/pictures.ts'
import { firstRow, rows, sql } from '../db/sql.ts'

const naughtyStrings: string[] = createRequire(import.meta.url)('big-list-of-naughty-strings')

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const password = 'correct horse battery'

const save = (browser: ReturnType<House['browser']>, fields: Record<string, string>) =>
  browser.post('/settings/profile').type('form').send(fields)

describe('a profile', () => {
  it('shows name, bio and website to everybody', async () => {
    const ada = await person(house)
    await person(house, 'grace')
    const bio = 'Mountains & lakes\r\nwith @grace and @nobody.at.all #north https://example.com/me'
    await save(ada, { displayName: '  Ada   Lovelace ', bio, website: 'Example.org', theme: 'auto' })
      .expect(303)
      .expect('Location', `/@${ada.username}`)
    const { text } = await house.browser().get(`/@${ada.username}`).expect(200)
    expect(text).toContain('Ada Lovelace</h1>')
    expect(text).toContain('Mountains &amp; lakes\nwith <a href="/@grace" dir="ltr">@grace</a> and @nobody.at.all')
    expect(text).toContain('<a href="/tags/north" dir="auto">#north</a>')
    expect(text).toContain('<a href="https://example.org/" rel="nofollow me noopener" dir="ltr">example.org</a>')
    expect(text).toContain('<meta property="og:description" content="Mountains &amp; lakes with @grace')
  })

  it('is called by the username where it has no name, also after a change of that', async () => {
    const ada = await person(house, 'plain')
    await save(ada, { displayName: 'plain' }).expect(303)
    await ada.post('/settings/username').type('form').send({ username: 'plainer', password }).expect(303)
    expect((await house.browser().get('/@plainer')).text).toContain('>plainer</h1>')
  })

  it('leaves as it is what a program does not send', async () => {
    const ada = await apiPerson(house)
    const send = (fields: object) => ada.post('/settings/profile').type('form').send(fields).expect(204)
    await send({ displayName: 'Ada', bio: 'Hello', website: 'http://ada.example/', theme: 'dark' })
    await send({ bio: '' })
    expect((await ada.get('/settings/profile')).body).toEqual({
      displayName: 'Ada',
      bio: '',
      website: 'http://ada.example/',
      theme: 'dark',
      language: 'auto',
    })
  })

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\tscript:alert(1)',
    '\u0001javascript:alert(1)',
    'javascript://example.com/%0Aalert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox(1)',
    'ftp://example.com/',
    'mailto:ada@example.com',
    'https://bank.example@evil.example/',
    'https://',
    'two words',
    'word',
    `https://example.com/${'a'.repeat(200)}`,
    `https://${'ü'.repeat(40)}.${'ü'.repeat(40)}.example/${'é'.repeat(50)}`,
  ])('takes no website %j, and keeps what was typed', async (website) => {
    const ada = await person(house)
    const { text } = await save(ada, { displayName: 'Kept', bio: 'Kept too', website, theme: 'dark' }).expect(422)
    expect(text).toMatch(/<input[^>]*name="website"[^>]*aria-invalid="true"/)
    expect(text).toContain('value="Kept"')
    expect(text).toContain('Kept too</textarea>')
    expect(text).toMatch(/<option value="dark" selected/)
    expect((await house.browser().get(`/@${ada.username}`)).text).not.toContain('rel="nofollow me noopener"')
  })

  it.each([
    [{ displayName: 'x'.repeat(61) }, 'displayName'],
    [{ bio: 'x'.repeat(501) }, 'bio'],
    [{ bio: 'nul \0' }, 'bio'],
    [{ theme: 'purple' }, 'theme'],
  ])('refuses %j beside its field', async (fields, field) => {
    const ada = await person(house)
    const { text } = await save(ada, fields as Record<string, string>).expect(422)
    expect(text).toMatch(new RegExp(`<(?:input|textarea|select)[^>]*name="${field}"[^>]*aria-invalid="true"`))
  })

  it('takes 60 and 500 characters as people count them', async () => {
    const ada = await person(house)
    await save(ada, { displayName: '🏔'.repeat(60), bio: '🏔'.repeat(500) }).expect(303)
    expect((await house.browser().get(`/@${ada.username}`)).text).toContain(`${'🏔'.repeat(60)}</h1>`)
  })

  it('shows every naughty string as text, in the bio, and beginnings of some in the name', async () => {
    const ada = await apiPerson(house)
    const naughty = [...naughtyStrings.join('\n').replaceAll('\0', '')]
    for (let at = 0; at < naughty.length; at += 500) {
      const bio = naughty.slice(at, at + 500).join('')
      const displayName = naughty.slice(at, at + 60).join('')
      await ada.post('/settings/profile').type('form').send({ bio, displayName }).expect(204)
      const page = await house.browser().get(`/@${ada.username}`).expect(200)
      // What is theirs is escaped, so no tag and no attribute but ours is there.
      expect(page.text).not.toMatch(/<(?!script type="module")(?:script|iframe|object|embed|style|b|i|xss|x)\b/i)
      expect(page.text).not.toMatch(/<[^>"]*\son\w+=/i)
      expect(page.text).not.toMatch(/(?:href|src)="\s*(?:javascript|data|vbscript):/i)
      expect(page.text).toMatch(/<h1 dir="auto">[^<]+<\/h1>/)
    }
  })

  it.each(['\u200b\u200b', '\u202e', '\u3164', '\u2800', '\u00ad'])(
    'takes a name that nobody could see, %j, for none',
    async (displayName) => {
      const ada = await person(house)
      await save(ada, { displayName }).expect(303)
      expect((await house.browser().get(`/@${ada.username}`)).text).toContain(`>${ada.username}</h1>`)
    },
  )

  it('mentions nobody in a bio who is not there for the visitor', async () => {
    const [ada, bob] = [await person(house), await person(house)]
    await save(ada, { bio: `Me and @${bob.username}.` }).expect(303)
    const link = `<a href="/@${bob.username}" dir="ltr">`
    expect((await house.browser().get(`/@${ada.username}`)).text).toContain(link)
    await rows(house.db, sql`update users set suspended_at = now() where username = ${bob.username}`)
    expect((await house.browser().get(`/@${ada.username}`)).text).not.toContain(link)
  })

  it('is for its owner alone to change', async () => {
    await save(house.browser(), { bio: 'x' })
      .expect(303)
      .expect('Location', /^\/sign-in/)
    await house.client().post('/settings/profile').type('form').send({ bio: 'x' }).expect(401)
    await house.client().get('/settings/username').expect(401)
  })
})

describe('the theme', () => {
  it('is that of the system until one is chosen, and then goes with the account on every page', async () => {
    const ada = await person(house)
    expect((await ada.get('/')).text).toContain('<html lang="en" dir="ltr" data-theme="auto">')
    await save(ada, { theme: 'dark' }).expect(303)
    for (const path of ['/', '/settings', `/@${ada.username}`, '/no/such/page']) {
      const { text } = await ada.get(path)
      expect(text).toContain('<html lang="en" dir="ltr" data-theme="dark">')
      expect(text).toContain('<meta name="color-scheme" content="dark"/>')
    }
    expect((await house.browser().get(`/@${ada.username}`)).text).toContain('<html lang="en" dir="ltr">')
  })
})

describe('a username', () => {
  type Browser = Awaited<ReturnType<typeof person>>
  const rename = (browser: ReturnType<House['browser']>, username: string, given = password) =>
    browser.post('/settings/username').type('form').send({ username, password: given })
  const signUp = (username: string) => house.client().post('/sign-up').type('form').send({ username, password })
  /** As if so many days had gone by. */
  const later = async (days: number) => {
    await rows(house.db, sql`update former_usernames set held_until = held_until - make_interval(days => ${days})`)
    await rows(house.db, sql`update attempts set ends_at = ends_at - make_interval(days => ${days})`)
  }
  let count = 0
  const newName = () => `name${++count}`

  it('is changed with the password, and is what one signs in with', async () => {
    const [ada, name] = [await person(house), newName()]
    await rename(ada, name.toUpperCase()).expect(303).expect('Location', `/@${name}`)
    expect((await ada.get('/')).text).toContain(`@${name}`)
    await house.client().post('/sign-in').type('form').send({ username: name, password }).expect(200)
    await house.client().post('/sign-in').type('form').send({ username: ada.username, password }).expect(422)
  })

  it('leads from the old one, whatever stands behind it', async () => {
    const [ada, name] = [await person(house), newName()]
    const old = ada.username
    await rename(ada, name).expect(303)
    for (const rest of ['', '?max_id=5', '/tagged', '/followers', '/following?max_id=7', '.atom', '.rss']) {
      for (const agent of [house.browser(), house.client(), ada]) {
        const answer = await agent.get(`/@${old}${rest}`).expect(301).expect('Location', `/@${name}${rest}`)
        // Nobody may remember it for good.
        expect(answer.get('Cache-Control')).toBe('private, no-cache')
      }
      await house.browser().get(`/@${name}${rest}`).expect(200)
    }
    await house.browser().get(`/@${old.toUpperCase()}`).expect(301).expect('Location', `/@${name}`)
    await house.browser().get(`/@${old}/no/such/page`).expect(301)
    await house.browser().get(`/@${name}/no/such/page`).expect(404)
  })

  it('has forms sent again that stood on an old page', async () => {
    const [ada, bob, name] = [await person(house), await apiPerson(house), newName()]
    await rename(ada, name).expect(303)
    await bob.post(`/@${ada.username}/follow`).expect(308).expect('Location', `/@${name}/follow`)
    await bob.post(`/@${ada.username}/follow`).redirects(1).expect(204)
    expect((await house.browser().get(`/@${name}`)).text).toContain('1</strong> follower')
  })

  it('does not lead to who has blocked the visitor, or is suspended', async () => {
    const [ada, bob, name] = [await person(house), await person(house), newName()]
    await rename(ada, name).expect(303)
    await ada.post(`/@${bob.username}/block`).expect(303)
    await bob.get(`/@${ada.username}`).expect(404)
    await house.browser().get(`/@${ada.username}`).expect(301)
    await rows(house.db, sql`update users set suspended_at = now() where username = ${name}`)
    await house.browser().get(`/@${ada.username}`).expect(404)
  })

  it('is linked in old captions, comments and bios, and goes on being mentioned when they are edited', async () => {
    const [ada, bob, name] = [await apiPerson(house), await apiPerson(house), newName()]
    const caption = `With @${ada.username}`
    const { body: post } = await bob
      .post('/upload')
      .attach('file', await newPicture(), 'a.jpg')
      .field({ caption })
    await bob
      .post(`${post.url}/comments`)
      .type('form')
      .send({ text: `Look, @${ada.username}` })
      .expect(201)
    await house.idle()
    await rename(ada, name).expect(200)
    const link = `<a href="/@${ada.username}" dir="ltr">@${ada.username}</a>`
    expect((await house.browser().get(post.url)).text.split(link)).toHaveLength(3)
    await bob
      .post(`${post.url}/edit`)
      .type('form')
      .send({ caption: `${caption}, again` })
      .expect(200)
    expect((await house.browser().get(post.url)).text.split(link)).toHaveLength(3)
    await bob
      .post('/settings/profile')
      .type('form')
      .send({ bio: `I know @${ada.username}` })
      .expect(204)
    expect((await house.browser().get(`/@${bob.username}`)).text).toContain(link)
    await later(31)
    await signUp(ada.username).expect(201)
    // Whoever has the name now is not who was mentioned.
    expect((await house.browser().get(post.url)).text).not.toContain(link)
  })

  it('is nobody else’s for 30 days, and then anybody’s', async () => {
    const [ada, bob, name] = [await person(house), await person(house), newName()]
    await rename(ada, name).expect(303)
    await signUp(ada.username).expect(409)
    expect((await rename(bob, ada.username).expect(409)).text).toContain(`The name ${ada.username} is taken.`)
    await later(29)
    await signUp(ada.username).expect(409)
    await later(2)
    await house.browser().get(`/@${ada.username}`).expect(404)
    await signUp(ada.username).expect(201)
    await house.browser().get(`/@${ada.username}`).expect(200)
  })

  it('can be taken back', async () => {
    const [ada, name] = [await person(house), newName()]
    await rename(ada, name).expect(303)
    await rename(ada, ada.username).expect(303)
    await house.browser().get(`/@${ada.username}`).expect(200)
    await house.browser().get(`/@${name}`).expect(301).expect('Location', `/@${ada.username}`)
    await signUp(name).expect(409)
  })

  it('leads on from each of several names before', async () => {
    const ada = await person(house)
    const names = [ada.username, newName(), newName()]
    for (const name of names.slice(1)) await rename(ada, name).expect(303)
    for (const name of names.slice(0, 2))
      await house.browser().get(`/@${name}`).expect(301).expect('Location', `/@${names[2]}`)
  })

  it('is changed three times in 30 days; a name that is taken does not count', async () => {
    const [ada, bob] = [await person(house), await person(house)]
    await rename(ada, bob.username).expect(409)
    for (let times = 0; times < 3; times += 1) await rename(ada, newName()).expect(303)
    const refused = await rename(ada, newName()).expect(429)
    expect(refused.text).toContain('three times in 30 days')
    expect(refused.text).toContain('in 30 days.')
    await later(31)
    await rename(ada, newName()).expect(303)
  })

  it.each([
    ['', 'A name has 1 to 30'],
    ['two words', 'A name has 1 to 30'],
    ['a..b', 'A dot stands between'],
    ['feed.atom', 'does not end in .atom'],
  ])('is refused as at sign-up: %j', async (username, complaint) => {
    const answer = await rename(await person(house), username).expect(422)
    expect(answer.text).toContain(complaint)
    expect(answer.text).toMatch(/<input[^>]*name="username"[^>]*aria-invalid="true"/)
  })

  it('is not changed without the password, to itself, or to the password', async () => {
    const ada = await person(house)
    const wrong = await rename(ada, newName(), 'wrong horse battery').expect(422)
    expect(wrong.text).toMatch(/<input[^>]*name="password"[^>]*aria-invalid="true"/)
    expect((await rename(ada, ada.username).expect(422)).text).toContain('your username already')
    const own = house.browser()
    await own.post('/sign-up').type('form').send({ username: newName(), password: 'horse.battery' }).expect(303)
    expect((await rename(own, 'horse.battery', 'horse.battery').expect(422)).text).toContain('That is your password')
  })

  it('goes to one of many who want it at once, by renaming and by signing up', async () => {
    const wanting = await Promise.all(Array.from({ length: 4 }, () => person(house)))
    const name = newName()
    const asked: Promise<{ status: number }>[] = [
      ...wanting.map((browser) => rename(browser, name)),
      signUp(name),
      signUp(name),
    ]
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    expect(statuses.filter((status) => status < 400)).toHaveLength(1)
    expect(statuses.filter((status) => status >= 400 && status !== 409)).toEqual([])
    expect(await firstRow(house.db, sql`select count(*)::int from users where username = ${name}`)).toEqual({
      count: 1,
    })
  })

  it('is never free in the moment in which it is given up', async () => {
    for (let times = 0; times < 5; times += 1) {
      const ada = await person(house)
      const [renamed, ...others] = await Promise.all([
        rename(ada, newName()),
        ...Array.from({ length: 3 }, () => signUp(ada.username)),
      ])
      expect(renamed?.status).toBe(303)
      expect(others.map(({ status }) => status)).toEqual([409, 409, 409])
    }
  })

  it('is not swapped by two at once, and neither waits for ever', async () => {
    const [ada, bob] = [await person(house), await person(house)]
    const swap = (one: Browser, other: Browser) => rename(one, other.username)
    const answers = await Promise.all([swap(ada, bob), swap(bob, ada)])
    expect(answers.map(({ status }) => status)).toEqual([409, 409])
  })

  it('counts three changes, however many are asked for at once', async () => {
    const ada = await person(house)
    const answers = await Promise.all(Array.from({ length: 6 }, () => rename(ada, newName())))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 303, 303, 429, 429, 429])
  })
})

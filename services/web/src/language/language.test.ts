import { apiPerson, type House, openHouse, person } from '../../test/house.ts'
import { ar } from './ar.ts'
import { de } from './de.ts'
import { number, say, sayWith, speaking, time } from './say.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

describe('the language of a page', () => {
  it.each([
    ['de-AT,de;q=0.9,en;q=0.5', 'de'],
    ['fr, ar;q=0.5', 'ar'],
    ['fr', 'en'],
    ['*', 'en'],
    ['x'.repeat(500), 'en'],
  ])('is what the browser asks for, as far as we know it: %s', async (asked, language) => {
    const { text } = await house.browser().get('/sign-in').set('Accept-Language', asked).expect(200)
    expect(text).toContain(`<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}">`)
    const signIn = { en: 'Sign in', de: de['Sign in'], ar: ar['Sign in'] }[language]
    expect(text).toContain(`<h1>${signIn}</h1>`)
  })

  it('is what somebody has chosen, whatever the browser asks for', async () => {
    const ada = await person(house)
    await ada.post('/settings/profile').type('form').send({ language: 'ar' }).expect(303)
    expect((await ada.get('/settings').set('Accept-Language', 'de')).text).toContain('<html lang="ar" dir="rtl"')
    await ada.post('/settings/profile').type('form').send({ language: 'auto' }).expect(303)
    expect((await ada.get('/settings').set('Accept-Language', 'de')).text).toContain('<html lang="de" dir="ltr"')
    const { text } = await ada.post('/settings/profile').type('form').send({ language: 'tlh' }).expect(422)
    expect(text).toContain(say('Pages are in one of the languages of the list.'))
  })

  it('is also that of a refusal: of a form, of one with files, and of JSON', async () => {
    const ada = await person(house)
    const german = { 'Accept-Language': 'de' }
    const empty = await ada.post('/settings/password').set(german).type('form').send({ password: 'x' }).expect(422)
    expect(empty.text).toContain(de['Enter your password.'])
    const files = await ada.post('/upload').set(german).attach('file', Buffer.from('text'), 'photo.jpg').expect(415)
    expect(files.text).toContain(
      de['That file is not a photo we can show: JPEG, PNG, WebP, AVIF, HEIC, GIF and TIFF are welcome.'],
    )
    const bob = await apiPerson(house)
    const { body } = await bob.get('/p/nothing').set(german).expect(404)
    expect(body.error).toBe(de['There is nothing at this address.'])
  })

  it('is that of one request, also where others are answered at the same time', async () => {
    const asked = Array.from({ length: 60 }, (_, index) => (['en', 'de', 'ar'] as const)[index % 3] ?? 'en')
    await Promise.all(
      asked.map(async (language) => {
        const page = house.browser().post('/sign-in').set('Accept-Language', language)
        const { text } = await page.type('form').send({ username: '', password: '' }).expect(422)
        expect(text).toContain(speaking(language, () => say('Enter your name.')))
      }),
    )
  })
})

describe('a sentence', () => {
  const photos = '{photos, plural, one {# photo} other {# photos}}'

  it('counts as its language does', () => {
    expect([0, 1, 2].map((count) => say(photos, { photos: count }))).toEqual(['0 photos', '1 photo', '2 photos'])
    const arabic = speaking('ar', () => [0, 1, 2, 3, 11, 100].map((count) => say(photos, { photos: count })))
    expect(new Set(arabic).size).toBe(6)
  })

  it('writes numbers and days as its language does', () => {
    const day = new Date('2026-11-24T23:30:00Z')
    expect(number(1234.5)).toBe('1,234.5')
    expect(speaking('de', () => number(1234.5))).toBe('1.234,5')
    expect(time(day, { dateStyle: 'long' })).toBe('November 24, 2026')
    expect(speaking('de', () => time(day, { dateStyle: 'long' }))).toBe('24. November 2026')
  })

  it('can hold something else than text', () => {
    const parts = sayWith<{ link: string }>('You may want to <way>take everything along</way> before.', {
      way: (inside) => ({ link: inside.join('') }),
    })
    expect(parts).toEqual(['You may want to ', { link: 'take everything along' }, ' before.'])
  })

  it('is the same whatever somebody is called', () => {
    expect(say('Nobody here is called {sought}.', { sought: "{x} <b>it</b> # '{'" })).toBe(
      "Nobody here is called {x} <b>it</b> # '{'.",
    )
  })

  it('is said in English where nothing was agreed', () => {
    expect(say('Sign in')).toBe('Sign in')
  })
})

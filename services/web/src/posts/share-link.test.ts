import { apiPerson, type House, openHouse } from '../../test/house.ts'
import { newPicture } from '../../test/pictures.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({ publicUrl: 'https://photos.example' })
})
afterAll(() => house.close())

type Client = Awaited<ReturnType<typeof apiPerson>>

async function share(author: Client, visibility: string): Promise<string> {
  const form = author.post('/upload').field('visibility', visibility)
  return (await form.attach('file', await newPicture(), 'a.jpg').expect(201)).body.url
}
/** The address that is shown to be passed on. */
async function offered(visitor: Client, url: string): Promise<string | undefined> {
  const { text } = await visitor.get(url).set('Accept', 'text/html').expect(200)
  return /<input id="share-[^"]*" type="text" dir="ltr" readonly value="([^"]*)"/.exec(text)?.[1]
}

it('the address of a post is there to be copied, whole, where it is of use to everybody', async () => {
  const author = await apiPerson(house)
  for (const visibility of ['public', 'unlisted']) {
    const url = await share(author, visibility)
    expect(await offered(author, url)).toBe(`https://photos.example${url}`)
  }
  for (const visibility of ['private', 'direct'])
    expect(await offered(author, await share(author, visibility))).toBeUndefined()
  const open = await share(author, 'public')
  await author.post('/settings').type('form').send({ isPrivate: 'on' }).expect(200)
  expect(await offered(author, open)).toBeUndefined()
})

it('the address stands on each post of the home page', async () => {
  const author = await apiPerson(house)
  const urls = [await share(author, 'public'), await share(author, 'public')]
  const { text } = await author.get('/').set('Accept', 'text/html').expect(200)
  for (const url of urls) expect(text).toContain(`value="https://photos.example${url}"`)
})

import { newPicture, picture } from '../../pictures.ts'
import { leastWidth } from '../traveller.ts'
import type { Journeys } from './guide.ts'

/** What authors do with their photos. */
export const posts: Journeys = {
  'signs up, shares a first photo, and sees it everywhere': async ({ look, named, stranger }) => {
    const ada = await stranger()
    await ada.open('/')
    await ada.signUp(named('ada'))
    await ada.reads('Nothing here yet.')
    await ada.share({
      photos: [{ file: await picture('jpeg', 1600, 1200), description: 'Red and blue' }],
      caption: 'The first of many',
    })
    const photo = ada.page.getByRole('img', { name: 'Red and blue' })
    await ada.reads('The first of many')
    expect(await ada.drawnWidth(photo)).toBeGreaterThanOrEqual(leastWidth(look))
    await ada.go('Gramstack')
    await ada.reads('The first of many')
    expect(await ada.drawnWidth(photo)).toBeGreaterThanOrEqual(leastWidth(look))
    await ada.go(`@${ada.username}`, ada.ways)
    await ada.sees('heading', ada.username)
    expect(await ada.drawnWidth(photo)).toBeGreaterThan(0)
  },

  'hears that a file is no photo, keeps what was written, and shares the other one': async ({ member }) => {
    const ada = await member('ada')
    await ada.open('/')
    await ada.compose({
      photos: [
        { file: Buffer.from('no photo at all'), description: 'Nothing' },
        { file: await newPicture(), description: 'A colour' },
      ],
      caption: 'Still here',
    })
    if (!ada.hasScripts) await ada.press('Share')
    const wrong = ada.photo(1, 2)
    await ada.reads('not a photo we can show', wrong)
    expect(await ada.page.getByLabel('Caption').inputValue()).toBe('Still here')
    if (ada.hasScripts) {
      await wrong.getByRole('button', { name: 'Remove' }).click()
      await ada.press('Share')
    } else {
      await ada.press('Remove', wrong)
      await ada.fill({ Description: 'A colour' })
      await ada.press('Save')
    }
    await ada.reads('Still here')
    expect(await ada.drawnWidth(ada.page.getByRole('img', { name: 'A colour' }))).toBeGreaterThan(0)
  },

  'shares an album in an order of their own, with descriptions and a place, for followers': async ({
    member,
    stranger,
  }) => {
    const [ada, bob, nobody] = [await member('ada'), await member('bob'), await stranger()]
    await bob.account.send(`/@${ada.username}/follow`)
    const photos = [
      { file: await newPicture(350, 450), description: 'The tall one' },
      { file: await newPicture(450, 350), description: 'The wide one' },
      { file: await newPicture(400, 400), description: 'The square one' },
    ]
    await ada.open('/')
    await ada.compose({ photos, caption: 'Three of them', place: 'Engadin', audience: 'Followers' })
    if (ada.hasScripts) {
      for (const place of [3, 2]) await ada.photo(place, 3).getByRole('button', { name: 'Move it up' }).click()
    } else {
      await ada.press('Describe each photo first')
      await ada.describe(photos)
      await ada.fill({ 'Place in the post': '1' }, ada.photo(3, 3))
    }
    await ada.press('Share')

    await bob.open('/')
    const post = bob.article('Three of them')
    await bob.reads('Engadin', post)
    await bob.reads('Followers', post)
    const shown = post.getByRole('region', { name: '3 photos' }).getByRole('img')
    const descriptions = () => shown.evaluateAll((images) => images.map((image) => image.getAttribute('alt')))
    expect(await descriptions()).toEqual(['The square one', 'The tall one', 'The wide one'])
    expect(await bob.drawnWidth(shown.first())).toBeGreaterThan(0)
    await bob.unfold('ALT', post)
    await bob.reads('The wide one', post)

    await nobody.findsNothingAt(ada.path)
  },

  'keeps a draft, which nobody else sees, and shares it later': async ({ member, stranger }) => {
    const [ada, nobody] = [await member('ada'), await stranger()]
    await ada.open('/')
    await ada.compose({ photos: [{ file: await newPicture(), description: '' }], caption: 'For' })
    if (ada.hasScripts) await ada.reads('Has arrived')
    else await ada.press('Describe each photo first')
    await ada.fill({ Caption: 'For tomorrow' })
    if (ada.hasScripts) await ada.reads('Kept as a draft')
    else await ada.press('Save')
    await ada.go('Home', ada.ways)
    await nobody.open(`/@${ada.username}`)
    await nobody.reads('No photos yet.')

    await ada.go('Share photos', ada.ways)
    await ada.go(/For tomorrow/, ada.page.getByRole('navigation', { name: 'Drafts' }))
    await ada.fill({ Description: 'A colour', Caption: 'For today' })
    await ada.press('Share')
    await ada.reads('For today')
    await nobody.open(`/@${ada.username}`)
    await nobody.go('A colour')
    await nobody.reads('For today')
  },

  'edits a post, and everybody sees that, and only the author what it was': async ({ member, stranger }) => {
    const [ada, nobody] = [await member('ada'), await stranger()]
    await ada.open(await ada.account.share({ caption: 'In the morming' }))
    await ada.go('Edit')
    await ada.fill({ Caption: 'In the morning', Place: 'Engadin', Description: 'The sun behind a ridge' })
    await ada.press('Save')
    await ada.reads('In the morning')
    await nobody.open(ada.path)
    await nobody.reads('In the morning')
    await nobody.reads('Engadin')
    await nobody.reads('edited')
    await nobody.misses('Earlier versions')
    await ada.go('Earlier versions')
    await ada.reads('In the morming')
    await nobody.open(ada.path)
    await nobody.sees('heading', 'Sign in')
  },

  'deletes a post, which is gone for everybody': async ({ member, stranger }) => {
    const [ada, nobody] = [await member('ada'), await stranger()]
    const post = await ada.account.share({ caption: 'A mistake' })
    await nobody.open(post)
    await nobody.reads('A mistake')
    await ada.open(post)
    await ada.go('Edit')
    await ada.unfold('Delete this post')
    await ada.press('Delete')
    await ada.reads('No photos yet.')
    await nobody.findsNothingAt(post)
  },

  'covers a sensitive photo, and whoever wants to see it uncovers it': async ({ member, stranger }) => {
    const [ada, nobody] = [await member('ada'), await stranger()]
    await ada.open('/')
    await ada.share({
      photos: [{ file: await newPicture(), description: 'A steep wall' }],
      caption: 'Not for everybody',
      warning: 'Heights',
    })
    await nobody.open(`/@${ada.username}`)
    await nobody.go('Sensitive: Heights')
    const photo = nobody.page.getByRole('img', { name: 'A steep wall' })
    await photo.waitFor({ state: 'hidden' })
    await nobody.unfold('Heights')
    await photo.waitFor()
    expect(await nobody.drawnWidth(photo)).toBeGreaterThan(0)
  },
}

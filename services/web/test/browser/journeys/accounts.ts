import { ar } from '../../../src/language/ar.ts'
import { newPicture } from '../../pictures.ts'
import { password } from '../world.ts'
import type { Journeys } from './guide.ts'

/** What people do about their own accounts. */
export const accounts: Journeys = {
  'signs out, is told of a wrong password, and is let in to where the way led': async ({ member }) => {
    const ada = await member('ada')
    await ada.signOut()
    await ada.open('/upload')
    await ada.signIn(ada.username, 'not this one')
    await ada.reads('Name and password do not belong together.')
    expect(await ada.page.getByLabel('Name').inputValue()).toBe(ada.username)
    await ada.fill({ Password: password })
    await ada.press('Sign in')
    await ada.sees('heading', 'Share photos')
  },

  'has a name, a picture and a few words, and another username to which old links lead': async ({
    member,
    named,
    stranger,
  }) => {
    const [ada, nobody] = [await member('ada'), await stranger()]
    const old = ada.username
    await ada.open('/settings')
    await ada.go('Profile')
    await ada.fill({ Name: 'Ada L.', 'About you': 'Walks, mostly #uphill', Website: 'ada.example/photos' })
    await ada.press('Save')
    await ada.sees('heading', 'Ada L.')
    await ada.go('Settings')
    await ada.go('Picture')
    await ada.page
      .getByLabel('New picture')
      .setInputFiles({ name: 'me.jpg', mimeType: 'image/jpeg', buffer: await newPicture(400, 400) })
    await ada.press('Show it')
    await ada.sees('button', 'Remove the picture')
    await ada.go('Settings', ada.page.getByRole('main'))
    await ada.go('Username')
    const username = named('countess')
    await ada.fill({ 'New username': username, 'Your password': password })
    await ada.press('Change it')
    expect(ada.path).toBe(`/@${username}`)

    await nobody.open(`/@${old}`)
    expect(nobody.path).toBe(`/@${username}`)
    await nobody.sees('heading', 'Ada L.')
    await nobody.sees('link', '#uphill')
    await nobody.sees('link', 'ada.example/photos')
    expect(await nobody.drawnWidth(nobody.page.getByRole('main').locator('img').first())).toBeGreaterThan(0)
  },

  'ends what is signed in elsewhere, and changes the password': async ({ member, stranger }) => {
    const [ada, elsewhere] = [await member('ada'), await stranger()]
    await elsewhere.open('/sign-in')
    await elsewhere.signIn(ada.username)
    await ada.open('/settings')
    await ada.go('Sessions')
    await ada.reads('this one')
    await ada.press('End all others')
    await ada.sees('button', 'Sign out here')
    await ada.misses('End all others')
    await elsewhere.open('/settings')
    await elsewhere.sees('heading', 'Sign in')

    await ada.go('Settings', ada.page.getByRole('main'))
    await ada.go('Password')
    await ada.fill({ 'Your password now': password, 'New password': 'another horse battery' })
    await ada.press('Change it')
    await ada.reads('Saved.')
    await elsewhere.signIn(ada.username)
    await elsewhere.reads('Name and password do not belong together.')
    await elsewhere.signIn(ada.username, 'another horse battery')
    await elsewhere.sees('heading', 'Settings')
  },

  'goes private, and strangers see nothing of what was there for everybody': async ({ member, stranger }) => {
    const [ada, bob, nobody] = [await member('ada'), await member('bob'), await stranger()]
    const post = await ada.account.share({ caption: 'A public place' })
    await bob.account.send(`/@${ada.username}/follow`)
    await nobody.open(post)
    const photo = nobody.page.getByRole('img', { name: /A public place/ })
    expect(await nobody.drawnWidth(photo)).toBeGreaterThan(0)
    const file = await photo.evaluate((image: HTMLImageElement) => image.currentSrc)

    await ada.open('/settings')
    await ada.choose('Private account')
    await ada.press('Save')
    await ada.reads('Saved.')
    await nobody.findsNothingAt(post)
    expect((await nobody.page.context().request.get(file)).status()).toBe(404)
    await nobody.open(`/@${ada.username}`)
    await nobody.reads('This account is private.')
    await bob.open(post)
    expect(await bob.drawnWidth(bob.page.getByRole('img', { name: /A public place/ }))).toBeGreaterThan(0)
  },

  'deletes the account, and takes that back': async ({ member, stranger }) => {
    const [ada, nobody] = [await member('ada'), await stranger()]
    await ada.account.share({ caption: 'What I leave behind' })
    await ada.open('/settings')
    await ada.go('Delete the account')
    await ada.fill({ [`Type your name, ${ada.username}`]: ada.username, 'Your password': password })
    await ada.press('Delete my account')
    await ada.sees('heading', 'Goodbye')
    await nobody.findsNothingAt(`/@${ada.username}`)
    await ada.go('sign in')
    await ada.signIn(ada.username)
    await ada.reads('Do you want to come back')
    await ada.press('Keep my account')
    await ada.reads('What I leave behind')
    await nobody.open(`/@${ada.username}`)
    await nobody.go(/What I leave behind/)
    await nobody.reads('What I leave behind')
  },

  'reads everything in Arabic, from right to left, and in English again': async ({ member }) => {
    const ada = await member('ada')
    const direction = () => ada.page.locator('html').getAttribute('dir')
    const word = (english: string) => ar[english] ?? ''
    await ada.account.share({ caption: 'صباح الخير' })
    await ada.open('/settings/profile')
    await ada.choose('Language', 'العربية')
    await ada.press('Save')
    expect(await direction()).toBe('rtl')

    const ways = ada.page.getByRole('navigation', { name: word('Main') })
    await ada.go(word('Home'), ways)
    await ada.reads('صباح الخير')
    await ada.go(word('Explore'), ways)
    await ada.sees('heading', word('Explore'))
    await ada.go(word('Notifications'))
    await ada.sees('heading', word('Notifications'))
    await ada.go(word('Share photos'), ways)
    await ada.page
      .getByLabel(word('Photos'), { exact: true })
      .setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: await newPicture() })
    await ada.fill({ [word('Caption')]: 'مساء الخير' })
    if (ada.hasScripts) await ada.fill({ [word('Description')]: 'لون' })
    await ada.press(word('Share'))
    await ada.reads('مساء الخير')

    await ada.open('/settings')
    await ada.go(word('Profile'))
    await ada.choose(word('Language'), 'English')
    await ada.press(word('Save'))
    expect(await direction()).toBe('ltr')
    await ada.sees('link', 'Home', ada.ways)
  },
}

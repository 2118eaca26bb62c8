import { newPicture } from '../../pictures.ts'
import type { Journeys } from './guide.ts'

/** What people have to do with each other, and with what they see. */
export const people: Journeys = {
  'follows somebody, sees their photos at home, and no more of them afterwards': async ({ member, elsewhere }) => {
    const [ada, bob] = [await member('ada'), await elsewhere('bob')]
    await bob.share({ caption: 'By the sea' })
    await ada.open(`/@${bob.username}`)
    await ada.toggle('Follow')
    await ada.sees('button', 'Following · end')
    await ada.go('Home', ada.ways)
    await ada.reads('By the sea')
    await ada.go(bob.username, ada.article('By the sea'))
    await ada.reads('1 follower')
    await ada.toggle('Following · end')
    await ada.sees('button', 'Follow')
    await ada.go('Home', ada.ways)
    await ada.reads('Nothing here yet.')
    await ada.misses('By the sea')
  },

  'asks to follow a private account, thinks again, is refused, asks again, and is let in': async ({ member }) => {
    const [ada, nour] = [await member('ada'), await member('nour')]
    await nour.account.share({ caption: 'Among friends' })
    await nour.account.send('/settings', { isPrivate: 'on' })
    const profile = `/@${nour.username}`
    const answer = async (button: string) => {
      await nour.open('/notifications')
      await nour.reads('asked to follow you')
      await nour.go('Answer')
      await nour.press(button, nour.line(ada.username))
      await nour.reads('Nobody is waiting.')
    }

    await ada.open(profile)
    await ada.reads('This account is private.')
    await ada.toggle('Ask to follow')
    await ada.toggle('Requested · take back')
    await ada.toggle('Ask to follow')
    await ada.sees('button', 'Requested · take back')
    await answer('Refuse')
    await ada.open(profile)
    await ada.reads('This account is private.')
    await ada.toggle('Ask to follow')
    await answer('Accept')
    await ada.open(profile)
    await ada.sees('button', 'Following · end')
    await ada.go(/Among friends/)
    await ada.reads('Among friends')
    await ada.open('/notifications')
    await ada.reads('let you in as a follower')
  },

  'likes a photo in the middle of the feed and is still there, comments, answers, and takes that back': async ({
    member,
    elsewhere,
  }) => {
    const [bob, alice] = [await member('bob'), await elsewhere('alice')]
    const photo = async () => newPicture(800, 800)
    await alice.share({ caption: 'The lowest' }, await photo())
    const post = await alice.share({ caption: 'The middle' }, await photo())
    await alice.share({ caption: 'The highest' }, await photo())
    await bob.account.send(`/@${alice.username}/follow`)
    await bob.open('/')
    const middle = bob.article('The middle')
    await bob.toggle('Like (0 likes)', middle)
    await middle.getByRole('button', { name: 'Like (1 like)', pressed: true }).waitFor()
    expect(bob.path).toBe('/')
    expect(await bob.page.locator('html').evaluate((html) => html.scrollTop)).toBeGreaterThan(300)
    await bob.toggle('Like (1 like)', middle)
    await bob.toggle('Like (0 likes)', middle)

    await bob.go('Comment', middle)
    await bob.fill({ 'Add a comment': 'What a light!' })
    await bob.press('Comment')
    await bob.go('Reply', bob.article('What a light!'))
    await bob.fill({ [`Reply to ${bob.username}`]: 'In the evening' })
    await bob.press('Reply')
    const reply = bob.article('In the evening')
    await bob.toggle('Like (0 likes)', reply)
    await reply.getByRole('button', { name: 'Like (1 like)', pressed: true }).waitFor()
    await bob.press('Delete', reply)
    await bob.reads('What a light!')
    await bob.misses('In the evening')

    await bob.open(post)
    await bob.go('1 like')
    await bob.go(bob.username, bob.line(bob.username))
    await bob.sees('heading', bob.username)
  },

  'saves a photo, puts it into a collection, and takes it out again': async ({ member, elsewhere }) => {
    const [ada, bob] = [await member('ada'), await elsewhere('bob')]
    await ada.open(await bob.share({ caption: 'A long walk' }))
    await ada.toggle('Save')
    await ada.sees('button', 'Saved · remove')
    await ada.go('Collections')
    await ada.fill({ 'A new collection': 'Walks' })
    await ada.press('Save')
    await ada.go('Saved', ada.ways)
    await ada.go('Walks', ada.page.getByRole('navigation', { name: 'Collections' }))
    await ada.unfold('Rename or delete')
    await ada.fill({ Name: 'Long walks' })
    await ada.press('Rename')
    await ada.sees('heading', 'Long walks')
    await ada.go(/A long walk/)
    await ada.go('Collections')
    expect(await ada.page.getByLabel('Long walks').isChecked()).toBe(true)
    await ada.press('Remove from saved')
    await ada.open('/saved')
    await ada.reads('Nothing saved yet.')
    await ada.go('Long walks')
    await ada.reads('Nothing here yet')
  },

  'searches, and finds people, hashtags and photos': async ({ member, elsewhere }) => {
    const [ada, keeper] = [await member('ada'), await elsewhere('keeper')]
    await keeper.share({ caption: `The lamp of ${keeper.username} #${keeper.username}` })
    await ada.open('/')
    await ada.search(keeper.username)
    const main = ada.page.getByRole('main')
    for (const kind of ['People', 'Hashtags', 'Photos']) await ada.sees('heading', kind)
    const kinds = ada.page.getByRole('navigation', { name: 'Kinds of results' })
    await ada.go('Hashtags', kinds)
    await ada.sees('link', `#${keeper.username}`, main)
    await ada.go('Photos', kinds)
    await ada.sees('link', `Photo by ${keeper.username}: The lamp of ${keeper.username} #${keeper.username}`)
    await ada.go('People', kinds)
    await ada.go(keeper.username, main)
    await ada.sees('heading', keeper.username)
    await ada.search('nobodyiscalledso')
    await ada.reads('Nothing found for “nobodyiscalledso”.')
  },

  'follows a hashtag, sees at home what has it, and ends that': async ({ named, member, elsewhere }) => {
    const [ada, bob] = [await member('ada'), await elsewhere('bob')]
    const tag = named('hills')
    await ada.open(await bob.share({ caption: `Up and down #${tag}` }))
    await ada.go(`#${tag}`)
    await ada.sees('heading', `#${tag}`)
    await ada.toggle('Follow')
    await ada.sees('button', 'Following · end')
    await ada.go('Home', ada.ways)
    await ada.reads('Up and down')
    await ada.open('/settings')
    await ada.go('Followed hashtags')
    await ada.press(`Unfollow #${tag}`)
    await ada.reads('None yet')
    await ada.go('Home', ada.ways)
    await ada.misses('Up and down')
  },

  'reads what has happened, and is told less of it afterwards': async ({ member, elsewhere }) => {
    const [ada, bob] = [await member('ada'), await elsewhere('bob')]
    const posts = [await ada.account.share({ caption: 'One' }), await ada.account.share({ caption: 'Another' })]
    await bob.send(`/@${ada.username}/follow`)
    await bob.send(`${posts[0]}/like`)
    await bob.send(`${posts[0]}/comments`, { text: 'Well done' })
    await ada.open('/')
    await ada.go('Notifications: 3 new')
    for (const deed of ['started following you', 'liked your post', 'commented on your post', 'Well done'])
      await ada.reads(deed)
    await ada.go('See the post', ada.line('liked your post'))
    await ada.reads('Well done')
    await ada.sees('link', 'Notifications')

    await ada.go('Notifications')
    await ada.go('What to be told')
    await ada.choose('Likes', 'Off')
    await ada.press('Save')
    await ada.reads('Saved.')
    await bob.send(`${posts[1]}/like`)
    await ada.open('/')
    await ada.sees('link', 'Notifications')
  },

  'mutes somebody, who stays away from the home page until that is over': async ({ member, elsewhere }) => {
    const [ada, bob] = [await member('ada'), await elsewhere('bob')]
    await bob.share({ caption: 'Again and again' })
    await ada.account.send(`/@${bob.username}/follow`)
    await ada.open('/')
    await ada.go(bob.username, ada.article('Again and again'))
    await ada.unfold('More')
    await ada.go('Mute')
    await ada.choose('For how long', '7 days')
    await ada.press('Mute')
    await ada.reads('muted')
    await ada.go('Home', ada.ways)
    await ada.misses('Again and again')
    await ada.open('/settings')
    await ada.go('Muted people')
    await ada.press('Unmute', ada.line(bob.username))
    await ada.reads('You have muted nobody.')
    await ada.go('Home', ada.ways)
    await ada.reads('Again and again')
  },

  'blocks somebody, and neither of them sees the other': async ({ member }) => {
    const [ada, bob] = [await member('ada'), await member('bob')]
    await ada.account.share({ caption: 'Not for everybody' })
    await bob.open(`/@${ada.username}`)
    await ada.open(`/@${bob.username}`)
    await ada.unfold('More')
    await ada.go('Block')
    await ada.press('Block')
    await ada.reads('You have blocked this person.')
    await bob.findsNothingAt(`/@${ada.username}`)
    await ada.open('/settings')
    await ada.go('Blocked people')
    await ada.press('Unblock', ada.line(bob.username))
    await ada.reads('You have blocked nobody.')
    await bob.open(`/@${ada.username}`)
    await bob.sees('button', 'Follow')
  },
}

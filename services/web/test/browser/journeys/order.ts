import { password } from '../world.ts'
import type { Journeys } from './guide.ts'

/** What those do who look after a house, and what others see of it. */
export const order: Journeys = {
  'reports a photo, which a moderator removes': async ({ member, elsewhere, admin }) => {
    const [bob, carl, hilda] = [await member('bob'), await elsewhere('carl'), await admin()]
    const post = await carl.share({ caption: 'Buy now, cheap' })
    await bob.open(post)
    await bob.go('Report', bob.page.getByRole('navigation', { name: 'This post' }))
    await bob.choose('What is wrong', 'Spam or fraud')
    await bob.fill({ 'Anything else they should know': 'An advertisement' })
    await bob.press('Report')
    await bob.sees('heading', 'Thank you')

    await hilda.open('/settings')
    await hilda.go('Moderation')
    await hilda.go('Reports', hilda.page.getByRole('navigation', { name: 'Moderation' }))
    const reported = hilda.article('Buy now, cheap').filter({ hasText: carl.username })
    await hilda.reads('An advertisement', reported)
    await hilda.fill({ 'A note for the log': 'We sell nothing here' }, reported)
    await hilda.press('Remove the post', reported)
    await hilda.misses(carl.username)
    await hilda.go('Log', hilda.page.getByRole('navigation', { name: 'Moderation' }))
    await hilda.reads('removed a post by', hilda.line(carl.username))
    await hilda.reads('We sell nothing here', hilda.line(carl.username))
    await bob.findsNothingAt(post)
  },
}

/** These change who may come in at all: they have a house of their own. */
export const doors: Journeys = {
  'comes in with an invitation, or once an admin has let them in': async ({ named, stranger, admin }) => {
    const [hilda, ada, bob] = [await admin(), await stranger(), await stranger()]
    const letIn = async (whom: string) => {
      await hilda.open('/admin/settings')
      await hilda.choose('Who may sign up', whom)
      await hilda.press('Save')
      await hilda.reads('Saved.')
    }
    const apply = async (somebody: typeof ada, name: string) => {
      somebody.username = named(name)
      await somebody.fill({ Name: somebody.username, Password: password })
      await somebody.press('Sign up')
    }

    await letIn('Whoever has an invitation')
    await ada.open('/sign-up')
    await ada.reads('Here one signs up with an invitation')
    await hilda.go('Invitations')
    await hilda.press('Make a link')
    const link = hilda.line('One person').getByRole('link')
    await ada.open((await link.innerText()).slice(ada.url.length))
    await ada.reads('You are invited.')
    await apply(ada, 'ada')
    await ada.sees('link', `@${ada.username}`, ada.ways)

    await letIn('Everybody, once an admin has let them in')
    await bob.open('/sign-up')
    await apply(bob, 'bob')
    await bob.sees('heading', 'Almost there')
    await bob.go('Sign in', bob.page.getByRole('main'))
    await bob.signIn(bob.username)
    await bob.reads('Your account waits for an admin')
    await hilda.go('Who waits to be let in')
    await hilda.press('Let in', hilda.line(bob.username))
    await hilda.reads('Nobody is waiting.')
    await bob.open('/sign-in')
    await bob.signIn(bob.username)
    await bob.sees('link', `@${bob.username}`, bob.ways)
  },
}

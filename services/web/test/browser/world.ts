import { Secret, TOTP } from 'otpauth'
import type { BrowserContext } from 'playwright-core'
import { rows, sql } from '../../src/db/sql.ts'
import { keptMails } from '../../src/mail/kept.ts'
import type { House } from '../house.ts'
import { newPicture } from '../pictures.ts'
import type { openBrowser } from './browser.ts'

/** A small world in which every page has something to show, and some that have nothing. */
export interface World {
  /** The browsers of its people, by their names; `stranger` has not signed in. */
  browsers: Record<Name, BrowserContext>
  /** Paths that depend on ids. */
  paths: Record<
    | 'post'
    | 'album'
    | 'sensitive'
    | 'hidden'
    | 'draft'
    | 'edits'
    | 'refused'
    | 'comment'
    | 'collection'
    | 'confirmEmail'
    | 'resetPassword'
    | 'invitation',
    string
  >
}

const names = ['hilda', 'ada', 'bob', 'nour', 'newcomer', 'salma', 'careful', 'leaving', 'banned'] as const
export type Name = (typeof names)[number] | 'stranger' | 'halfway' | 'undecided'

export const password = 'correct horse battery'
const headers = { Accept: 'application/json' }

/** Fills a house, of which nothing is in use yet. */
export async function fillWorld(house: House, chromium: Awaited<ReturnType<typeof openBrowser>>): Promise<World> {
  const browsers = {} as World['browsers']
  const open = async (name: Name) => {
    browsers[name] = (await chromium.visitor({ screen: 'phone' })).context
  }
  /** What somebody sends, and the answer. */
  const send = async (name: Name, path: string, form: Record<string, string> = {}) => {
    const answer = await browsers[name].request.post(house.url + path, { form, headers })
    if (!answer.ok()) throw new Error(`${name} ${path}: ${await answer.text()}`)
    return answer.status() === 204 ? undefined : answer.json()
  }
  const share = async (name: Name, fields: Record<string, string>, files: readonly Buffer[]): Promise<string> => {
    const multipart = new FormData()
    for (const [field, value] of Object.entries(fields)) multipart.append(field, value)
    for (const file of files)
      multipart.append('file', new File([new Uint8Array(file)], 'a.jpg', { type: 'image/jpeg' }))
    const answer = await browsers[name].request.post(`${house.url}/upload`, { multipart, headers })
    if (![201, 422].includes(answer.status())) throw new Error(await answer.text())
    return `/p/${(await answer.json()).code}`
  }

  for (const name of ['stranger', 'halfway', 'undecided', ...names] as const) await open(name)
  for (const username of names) await send(username, '/sign-up', { username, password })

  const post = await share('ada', { caption: 'Morning in the #hills with @bob', place: 'Engadin' }, [
    await newPicture(1200, 900),
  ])
  const album = await share('ada', { caption: 'Three of them' }, [
    await newPicture(900, 1200),
    await newPicture(1200, 900),
    await newPicture(1200, 900),
  ])
  const sensitive = await share('bob', { caption: '@ada', sensitive: 'on', contentWarning: 'Spiders' }, [
    await newPicture(800, 800),
  ])
  const hidden = await share('nour', { caption: 'Only for friends' }, [await newPicture(800, 800)])
  await share('salma', { caption: 'صباح الخير يا @ada، من #الجبل' }, [await newPicture(800, 600)])
  const draft = await share('ada', { caption: 'Not yet', draft: 'on' }, [await newPicture(800, 600)])
  await house.idle()
  const { photos } = await (await browsers.ada.request.get(`${house.url}${draft}`, { headers })).json()
  const edits = `${draft}/photos/${photos[0].id}/edits`
  const whole = await newPicture(800, 600)
  const refused = await share('ada', { caption: 'Broken' }, [whole.subarray(0, whole.length - 200), await newPicture()])
  await house.idle()

  await house.db('photos').update({ alt_text: 'A path through grass, with the sun behind a ridge' })
  await send('ada', `${post}/edit`, { caption: 'Morning in the #hills with @bob and @salma' })
  await send('nour', '/settings', { isPrivate: 'on' })
  for (const follower of ['bob', 'salma', 'nour', 'hilda'] as const) await send(follower, '/@ada/follow')
  for (const followee of ['bob', 'salma', 'hilda'] as const) await send('ada', `/@${followee}/follow`)
  await send('ada', '/@nour/follow')
  await send('bob', '/@nour/follow')
  await send('salma', '/@bob/follow')
  for (const fan of ['bob', 'salma', 'nour'] as const) {
    await send(fan, `${post}/like`)
    await send(fan, `${album}/like`)
  }
  const { id: comment } = await send('bob', `${post}/comments`, { text: 'What a light, @ada! #hills' })
  await send('ada', `${post}/comments`, { text: 'Thank you, @bob', parent: comment })
  await send('salma', `${post}/comments`, { text: 'جميل جدا @ada' })
  await send('bob', `/comments/${comment}/like`).catch(() => undefined)
  await send('ada', `${sensitive}/like`)
  await send('ada', `${sensitive}/save`)
  const { id: collection } = await send('ada', '/saved', { name: 'Walks' })
  await send('ada', '/saved', { name: 'Empty' })
  await send('ada', `${post}/save`, { chosen: 'on', collection })
  await send('ada', '/tags/hills/follow')
  await send('ada', '/@newcomer/mute')
  await send('ada', '/@careful/block')
  await send('salma', '/settings/profile', { displayName: 'سلمى', bio: 'أصوّر مع @ada', language: 'ar', theme: 'auto' })
  await send('ada', '/settings/profile', {
    displayName: 'Ada L.',
    bio: 'Walks, #hills, @bob',
    website: 'https://ada.example',
    theme: 'auto',
  })

  await send('ada', `${sensitive}/report`, { reason: 'spam', note: 'An advertisement' })
  await send('bob', `/comments/${comment}/report`, { reason: 'spam' }).catch(() => undefined)
  await send('salma', '/@banned/report', { reason: 'spam' })
  await send('hilda', '/admin/people/banned/silence', { reason: 'Advertises a little' })
  await send('hilda', '/admin/people/banned/suspend', { reason: 'Advertises' })
  await send('hilda', '/admin/people/bob/rank', { rank: 'moderator' })
  const { url: invitation } = await send('hilda', '/invitations', { uses: '2', days: '7' })

  await send('ada', '/settings/email', { email: 'ada@mail.example', password })
  const confirmEmail = await mailedPath(house, 'confirm-email')
  await send('bob', '/settings/email', { email: 'bob@mail.example', password })
  await browsers.bob.request.post(`${house.url}/confirm-email`, {
    form: { token: new URL(await mailedPath(house, 'confirm-email'), house.url).searchParams.get('token') ?? '' },
    headers,
  })
  await send('stranger', '/forgot-password', { asked: 'bob' })
  const resetPassword = await mailedPath(house, 'reset-password')

  const { secret } = await send('careful', '/settings/two-factor/set-up', { password })
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate()
  await send('careful', '/settings/two-factor/confirm', { code })
  await send('halfway', '/sign-in', { username: 'careful', password })
  await send('newcomer', '/settings/two-factor/set-up', { password })
  await send('leaving', '/settings/delete', { username: 'leaving', password })
  await send('undecided', '/sign-in', { username: 'leaving', password })

  await send('hilda', '/admin/settings', {
    name: 'Photos of friends',
    description: 'A place for us.',
    rules: 'Be kind.\nOwn photos only.',
    signUpMode: 'approval',
  })
  const applicant = await chromium.visitor()
  await applicant.context.request.post(`${house.url}/sign-up`, { form: { username: 'applicant', password }, headers })
  await applicant.context.close()
  await house.idle()
  await rows(
    house.db,
    sql`
      insert into jobs.job (name, data, state, retry_count, completed_on, output)
      select 'develop-avif', jsonb_build_object('photoId', min(id)::text), 'failed', 3, now(),
        '{"message": "no room left for /data/incoming/a"}'
      from photos`,
  )

  return {
    browsers,
    paths: {
      post,
      album,
      sensitive,
      hidden,
      draft,
      edits,
      refused,
      comment: `/comments/${comment}`,
      collection: `/saved/${collection}`,
      confirmEmail,
      resetPassword,
      invitation: new URL(invitation, house.url).pathname + new URL(invitation, house.url).search,
    },
  }
}

/** The link in the newest mail that leads to a page. */
async function mailedPath(house: House, page: string): Promise<string> {
  await house.idle()
  const link = new RegExp(`/${page}\\?token=[\\w-]+`).exec(JSON.stringify(await keptMails(house.db)))
  if (!link) throw new Error(`No mail leads to /${page}.`)
  return link[0]
}

import type { Answer, Author, Eyes, PostOf, World } from './world.ts'

/** What there is to see, each thing with how one finds out whether somebody sees it: by every way that leads to it. */

/**
 * What stands in a cell. A number where the thing is one; anything else than these is an answer that should not be: a face of the thing
 * that says something else than another, or no to somebody in another way than by 404.
 */
export const marks = {
  seen: '✓',
  notThere: '–',
  signIn: '→',
  nameOnly: 'name',
} as const

export interface Look {
  eyes: Eyes
  world: World
  author: Author
}

type OfAuthor = (look: Look) => Promise<string>
type OfPost = (look: Look, post: PostOf) => Promise<string>

/** What there is of a person. */
export const thingsOfAuthor: Record<string, OfAuthor> = {
  async profile({ eyes, author: { username } }) {
    const answer = await eyes.page(`/@${username}`)
    if (answer.text.includes(`action="/@${username}/unblock"`) && !answer.text.includes('class="counts"'))
      return marks.nameOnly
    return atAddress(answer, `@${username}`)
  },

  async avatar({ eyes, author: { avatar } }) {
    return filesAt(eyes, avatar)
  },

  async 'post count'({ eyes, author }) {
    const [posts, ...others] = numbersOn(await eyes.page(`/@${author.username}`))
    return others.length === 2 && posts !== undefined ? posts : marks.notThere
  },

  async 'follower count'({ eyes, author: { username } }) {
    return followersCounted(eyes, username)
  },

  async 'follower list'({ eyes, author: { username } }) {
    return atAddress(await eyes.page(`/@${username}/followers`), personIn('follower'))
  },

  async 'following list'({ eyes, world, author: { username } }) {
    return atAddress(await eyes.page(`/@${username}/following`), personIn(world.host.username))
  },

  async 'name in a search'({ eyes, author: { username } }) {
    const found = await peopleFor(eyes, username)
    const suggested = (await eyes.json(`/search/suggest?q=${username}`)).body as { username?: string }[]
    return agree({
      page: inList(await eyes.page(`/search?q=${username}&kind=people`), personIn(username)),
      json: listed(found.some((person) => person.username === username)),
      suggestion: listed(suggested.some((person) => person.username === username)),
    })
  },

  /** Not the whole of it, which somebody has to know. */
  async 'name in a search for its beginning'({ eyes, author: { username } }) {
    const beginning = username.slice(0, -1)
    const found = await peopleFor(eyes, beginning)
    const suggested = (await eyes.json(`/search/suggest?q=${beginning}`)).body as { username?: string }[]
    return agree({
      page: inList(await eyes.page(`/search?q=${beginning}&kind=people`), personIn(username)),
      json: listed(found.some((person) => person.username === username)),
      suggestion: listed(suggested.some((person) => person.username === username)),
    })
  },

  async 'name in another’s follower list'({ eyes, world, author: { username } }) {
    return inList(await eyes.page(`/@${world.host.username}/followers`), personIn(username))
  },

  /** Of the four authors, those who are there. */
  async 'follower count of another'({ eyes, world }) {
    return followersCounted(eyes, world.host.username)
  },

  async 'name in another’s like list'({ eyes, world, author: { username } }) {
    return namesLiking(eyes, world.host.url, username)
  },

  async 'likes of that post'({ eyes, world }) {
    return countOf(eyes, world.host, 'likes')
  },

  async 'comment on another’s post'({ eyes, world, author: { comment } }) {
    return commentOn(eyes, world.host, comment)
  },

  async 'latest comment on another’s post'({ eyes, author: { aside } }) {
    return inPages(eyes, '/', aside)
  },

  async 'comments on that post'({ eyes, world }) {
    return countOf(eyes, world.host, 'comments')
  },

  async 'notification of that comment'({ eyes, author: { username, comment } }) {
    return agree({
      page: await inPages(eyes, '/notifications', `${username} greets`),
      json: await told(eyes, (one) => one.comment?.id === comment),
    })
  },

  async RSS({ eyes, world, author: { username } }) {
    return agree({
      rss: atAddress(await eyes.page(`/@${username}.rss`), `${world.origin}/@${username}.rss`),
      atom: atAddress(await eyes.page(`/@${username}.atom`), `${world.origin}/@${username}.atom`),
    })
  },
}

/** What there is of a post. */
export const thingsOfPost: Record<string, OfPost> = {
  async post({ eyes }, { url, code, word }) {
    return agree({
      page: atAddress(await eyes.page(url), word),
      json: atAddress(await eyes.json(url), `"code":"${code}"`),
    })
  },

  async 'media file'({ eyes }, { media }) {
    return filesAt(eyes, media)
  },

  async original({ eyes }, { original }) {
    return agree({
      page: atAddress(await eyes.page(original), ''),
      json: atAddress(await eyes.json(original), ''),
    })
  },

  async editing({ eyes }, { url }) {
    return agree({
      edit: atAddress(await eyes.page(`${url}/edit`), `action="${url}/edit"`),
      history: atAddress(await eyes.page(`${url}/history`), url),
    })
  },

  async 'photo editing'({ eyes }, { original }) {
    const url = original.replace(/original$/, 'edits')
    return atAddress(await eyes.page(url), `action="${url}"`)
  },

  async comment({ eyes }, post) {
    return commentOn(eyes, post, post.comment)
  },

  async 'comment count'({ eyes }, post) {
    return countOf(eyes, post, 'comments')
  },

  async 'like list'({ eyes }, { url }) {
    return namesLiking(eyes, url, 'follower')
  },

  async 'like count'({ eyes }, post) {
    return countOf(eyes, post, 'likes')
  },

  async 'profile entry'({ eyes, author: { username } }, { url }) {
    return inList(await eyes.page(`/@${username}`), `href="${url}"`)
  },

  async 'feed entry'({ eyes }, { url }) {
    return inPages(eyes, '/', `href="${url}"`)
  },

  async 'search hit'({ eyes }, { url, code, word }) {
    const { posts } = (await eyes.json(`/search?q=${word}&kind=posts`)).body as { posts: { code: string }[] }
    return agree({
      page: inList(await eyes.page(`/search?q=${word}&kind=posts`), `href="${url}"`),
      json: listed(posts.some((post) => post.code === code)),
    })
  },

  async 'hashtag hit'({ eyes }, { url, tag }) {
    return inList(await eyes.page(`/tags/${tag}`), `href="${url}"`)
  },

  /** Of posts that everybody finds: the same for all, and so a search for it. */
  async 'hashtag count'({ eyes }, { tag }) {
    const { hashtags } = (await eyes.json(`/search?q=%23${tag}&kind=hashtags`)).body as {
      hashtags: { tag: string; postCount: number }[]
    }
    return String(hashtags.find((hashtag) => hashtag.tag === tag)?.postCount ?? marks.notThere)
  },

  async 'explore entry'({ eyes }, { url }) {
    return inList(await eyes.page('/explore'), `href="${url}"`)
  },

  async 'entry at whom it mentions'({ eyes }, { url }) {
    return inList(await eyes.page('/@mentioned/tagged'), `href="${url}"`)
  },

  async notification({ eyes }, { url, code }) {
    return agree({
      page: await inPages(eyes, '/notifications', `href="${url}"`),
      json: await told(eyes, (one) => one.post?.code === code),
    })
  },

  async 'OpenGraph card'({ eyes, world }, { url }) {
    const { text } = await eyes.page(url)
    return agree({
      title: listed(text.includes('property="og:title"')),
      image: listed(text.includes('property="og:image"')),
      address: listed(text.includes(`property="og:url" content="${world.origin}${url}"`)),
    })
  },

  async oEmbed({ eyes, world }, { url }) {
    return atAddress(await eyes.json(`/oembed?url=${encodeURIComponent(world.origin + url)}`), 'Gramstack')
  },

  async 'RSS entry'({ eyes, world, author: { username } }, { url }) {
    return inFeeds(eyes, `/@${username}`, `${world.origin}${url}<`)
  },

  async 'hashtag feed entry'({ eyes, world }, { url, tag }) {
    return inFeeds(eyes, `/tags/${tag}`, `${world.origin}${url}<`)
  },

  async 'sitemap entry'({ eyes, world }, { url }) {
    return inList(await eyes.page('/sitemap-posts-0.xml'), `${world.origin}${url}<`)
  },
}

/** Something with an address of its own: there, or a 404. */
function atAddress({ status, headers, text }: Answer, sign: string): string {
  if (status === 200) return text.includes(sign) ? marks.seen : `200 without ${sign}`
  if (status === 404) return marks.notThere
  const isToSignIn = status === 303 && headers.location?.startsWith('/sign-in?')
  return status === 401 || isToSignIn ? marks.signIn : String(status)
}

/** The renditions of a picture: all of them, or none. */
async function filesAt(eyes: Eyes, paths: string[]): Promise<string> {
  // In two formats, whole and square, or in several sizes.
  if (paths.length < 4) return `only ${paths.length} renditions`
  const answers = await Promise.all(paths.map((path) => eyes.page(path)))
  return agree(Object.fromEntries(answers.map((answer, index) => [paths[index], atAddress(answer, '')])))
}

/** Something in a list: there, or left out, or there is no such list for the viewer. */
function inList(answer: Answer, sign: string): string {
  return answer.status === 200 ? listed(answer.text.includes(sign)) : atAddress(answer, sign)
}

/** The same of a list that goes on from page to page. */
async function inPages(eyes: Eyes, first: string, sign: string): Promise<string> {
  for (let path: string | undefined = first; path; ) {
    const answer: Answer = await eyes.page(path)
    const mark = inList(answer, sign)
    if (mark !== marks.notThere) return mark
    path = /rel="next" href="([^"]+)"/.exec(answer.text)?.[1]
  }
  return marks.notThere
}

/** Something in the feeds of a page for other programs, RSS and Atom. */
async function inFeeds(eyes: Eyes, path: string, sign: string): Promise<string> {
  return agree({
    rss: inList(await eyes.page(`${path}.rss`), sign),
    atom: inList(await eyes.page(`${path}.atom`), sign),
  })
}

function listed(isThere: boolean): string {
  return isThere ? marks.seen : marks.notThere
}

/** What all faces of a thing say; if one says something else, all that they say. */
function agree(faces: Record<string, string>): string {
  const said = new Set(Object.values(faces))
  const [one = ''] = said
  return said.size === 1 ? one : JSON.stringify(faces)
}

/** Somebody in a list of people; the viewer's own name stands on every page. */
function personIn(username: string): string {
  return `class="author" href="/@${username}"`
}

async function peopleFor(eyes: Eyes, username: string) {
  const { body } = await eyes.json(`/search?q=${username}&kind=people`)
  return (body as { people: { username: string; followerCount: number }[] }).people
}

async function followersCounted(eyes: Eyes, username: string): Promise<string> {
  const found = (await peopleFor(eyes, username)).find((person) => person.username === username)
  return agree({
    profile: numbersOn(await eyes.page(`/@${username}`)).at(-2) ?? marks.notThere,
    search: String(found?.followerCount ?? marks.notThere),
  })
}

/** The counts on a profile: posts, where they are told, followers and followees. */
function numbersOn({ text }: Answer): string[] {
  // Without what stands there once the button beside it is pressed.
  const counts = (/<p class="counts">(.*?)<\/p>/s.exec(text)?.[1] ?? '').replaceAll(
    /<span[^>]* hidden.*?<\/span>/gs,
    '',
  )
  return [...counts.matchAll(/<strong>(\d+)<\/strong>/g)].map(([, number = '']) => number)
}

async function namesLiking(eyes: Eyes, url: string, username: string): Promise<string> {
  const [page, json] = [await eyes.page(`${url}/likes`), await eyes.json(`${url}/likes`)]
  if (page.text.includes(personIn('suspended'))) return 'somebody suspended likes it'
  const { people = [] } = json.body as { people?: { username: string }[] }
  return agree({
    page: inList(page, personIn(username)),
    json: json.status === 200 ? listed(people.some((one) => one.username === username)) : atAddress(json, ''),
  })
}

async function commentOn(eyes: Eyes, { url }: { url: string }, id: string): Promise<string> {
  const answer = await eyes.page(`/comments/${id}`)
  const isLed = answer.status === 303 && answer.headers.location === `${url}#c-${id}`
  return agree({
    post: inList(await eyes.page(url), `id="c-${id}"`),
    page: inList(await eyes.page(`${url}/comments`), `id="c-${id}"`),
    json: inList(await eyes.json(`${url}/comments`), `"id":"${id}"`),
    thread: atAddress(await eyes.page(`${url}/comments/${id}`), `id="c-${id}"`),
    threadJson: atAddress(await eyes.json(`${url}/comments/${id}`), `"id":"${id}"`),
    address: isLed ? marks.seen : atAddress(answer, ''),
  })
}

/** How many likes or comments a post has, by all that say it: the numbers, and how many are listed. */
async function countOf(eyes: Eyes, { url }: { url: string }, what: 'likes' | 'comments'): Promise<string> {
  const [page, json, list] = [await eyes.page(url), await eyes.json(url), await eyes.json(`${url}/${what}`)]
  if (json.status !== 200) return atAddress(json, '')
  const link = new RegExp(`<a [^>]*href="${url}${what === 'likes' ? '/likes' : '#comments'}"[^>]*>(.*?)</a>`, 's')
  const words = link.exec(page.text)?.[1]?.replaceAll(/<[^>]*>/g, '') ?? ''
  const items = (list.body as { people?: unknown[]; comments?: unknown[] })[what === 'likes' ? 'people' : 'comments']
  return agree({
    page: /\d+/.exec(words)?.[0] ?? '0',
    json: String((json.body as Record<string, unknown>)[what]),
    list: String(items?.length ?? 0),
  })
}

interface Told {
  post: { code: string } | null
  comment: { id: string } | null
}

async function told(eyes: Eyes, isMeant: (told: Told) => boolean): Promise<string> {
  for (let path: string | null = '/notifications'; path; ) {
    const answer = await eyes.json(path)
    if (answer.status !== 200) return atAddress(answer, '')
    const { notifications, next } = answer.body as { notifications: Told[]; next: string | null }
    if (notifications.some(isMeant)) return marks.seen
    path = next
  }
  return marks.notThere
}

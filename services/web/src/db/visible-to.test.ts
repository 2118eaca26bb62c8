import { namesIn, namesOfCells, readTable } from '../../test/audience/table.ts'
import { thingsOfAuthor, thingsOfPost } from '../../test/audience/things.ts'
import { type Account, type Kind, makeWorld, type Viewer, viewers, type World } from '../../test/audience/world.ts'

/** Who may see what: every cell of the table in docs/who-sees-what.md, through HTTP. */

let world: World
beforeAll(async () => {
  world = await makeWorld()
}, 180_000)
afterAll(() => world.close())

const table = readTable()

it('the table has every thing of every account for every viewer, once', () => {
  expect(namesIn(table)).toEqual(namesOfCells(Object.keys(thingsOfAuthor), Object.keys(thingsOfPost)))
})

describe.each(['public', 'private', 'silenced', 'suspended'] satisfies Account[])('of a %s account', (account) => {
  const rows = table.filter((row) => row.account === account).map((row) => ({ ...row, of: row.kind ?? 'the person' }))

  it.each(rows)('$thing · $of: whoever sees it sees it, and nobody else', async ({ thing, kind, marks }) => {
    const author = world.authors[account]
    const look = async (viewer: Viewer) => {
      const eyes = world.eyes(viewer, account)
      const seen = kind
        ? thingsOfPost[thing]?.({ eyes, world, author }, author.posts[kind as Kind])
        : thingsOfAuthor[thing]?.({ eyes, world, author })
      return [viewer, await seen]
    }
    expect(Object.fromEntries(await Promise.all(viewers.map(look)))).toEqual(marks)
  })
})

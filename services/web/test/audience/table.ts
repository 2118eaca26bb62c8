import { readFileSync } from 'node:fs'
import { accounts, kinds, viewers } from './world.ts'

/** The table of docs/who-sees-what.md, which people read and tests. */

export interface Row {
  account: string
  thing: string
  /** Of which post; undefined for what is of a person. */
  kind: string | undefined
  /** By viewer. */
  marks: Record<string, string>
}

/** Every thing of every account, with the marks in its cells; a line for several things is a row for each. */
export function readTable(): Row[] {
  const text = readFileSync(new URL('../../../../docs/who-sees-what.md', import.meta.url), 'utf8')
  return text
    .split(/^## Of a /m)
    .slice(1)
    .flatMap((section) => {
      const account = section.split(' ', 1)[0] ?? ''
      const [heads, , ...lines] = section.split('\n').filter((line) => line.startsWith('|'))
      return lines.flatMap((line) => rowsIn(account, cellsOf(heads ?? ''), cellsOf(line)))
    })
}

function rowsIn(account: string, heads: string[], [things = '', posts = '', ...marks]: string[]): Row[] {
  const byViewer = Object.fromEntries(heads.slice(2).map((viewer, index) => [viewer, marks[index] ?? '']))
  return things
    .split(', ')
    .flatMap((thing) =>
      posts.split(', ').map((kind) => ({ account, thing, kind: kind === '' ? undefined : kind, marks: byViewer })),
    )
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
}

/** What a whole table has: each cell once. */
export function namesOfCells(thingsOfAuthor: readonly string[], thingsOfPost: readonly string[]): string[] {
  const rows = [
    ...thingsOfAuthor.map((thing) => [thing]),
    ...thingsOfPost.flatMap((thing) => kinds.map((kind) => [thing, kind])),
  ]
  return accounts
    .flatMap((account) => rows.flatMap((row) => viewers.map((viewer) => [account, ...row, viewer].join(' · '))))
    .sort()
}

export function namesIn(table: readonly Row[]): string[] {
  return table
    .flatMap(({ account, thing, kind, marks }) =>
      Object.keys(marks).map((viewer) => [account, thing, ...(kind ? [kind] : []), viewer].join(' · ')),
    )
    .sort()
}

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Form, formsOf, linksOf } from './forms.ts'

/** A route, and what is known of how it is asked for. */
export interface KnownRoute {
  method: string
  /** As Express has it: `/p/:code/like`. */
  path: string
  /** Paths that lead somewhere. */
  examples: string[]
  /** The forms that are sent there. */
  forms: Form[]
}

/** Looks at a page; undefined where there is none. */
type Look = (path: string) => Promise<string | undefined>

/** Of each kind of page so many are looked at. */
const mostOfAKind = 4

/**
 * Goes through all pages that links lead to, and notes for each route by which addresses and forms it is reached.
 * @param starts where to begin
 * @param looks how each visitor sees a page
 */
export async function explore(
  routes: readonly { method: string; path: string }[],
  starts: readonly string[],
  looks: readonly Look[],
): Promise<KnownRoute[]> {
  // Some are there twice: to be counted, and to be answered.
  const byShape = new Map(routes.map((route) => [`${route.method} ${route.path.replaceAll(/:\w+/g, ':')}`, route]))
  const known = [...byShape.values()].map((route): KnownRoute => ({ ...route, examples: [], forms: [] }))
  const patterns = known.map((route) => ({ route, pattern: patternOf(route.path) }))
  const find = (method: string, path: string) =>
    patterns.find(({ route, pattern }) => route.method === method && pattern.test(path))?.route
  for (const look of looks) {
    const seen = new Map<string, number>()
    const waiting = [...starts]
    const visited = new Set<string>()
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const [bare = '', query = ''] = path.split('?', 2)
      const route = find('get', bare)
      // Pages of one kind differ by what they are asked for, as a list does from its second page.
      const kind = `${route?.path ?? bare}?${query.replaceAll(/=[^&]*/g, '')}`
      if (visited.has(path) || (seen.get(kind) ?? 0) >= mostOfAKind) continue
      visited.add(path)
      const html = await look(path)
      if (html === undefined) continue
      seen.set(kind, (seen.get(kind) ?? 0) + 1)
      if (route) note(route.examples, bare)
      waiting.push(...linksOf(html))
      for (const form of formsOf(html, path)) {
        const [target = ''] = form.action.split('?', 1)
        const taker = find(form.method, target)
        if (!taker) throw new Error(`${path} has a form that leads nowhere: ${form.method} ${form.action}`)
        note(taker.examples, target)
        if (taker.forms.length < 3 * mostOfAKind) taker.forms.push(form)
      }
    }
  }
  return known
}

const taking = /\/(delete|remove|end|end-others|revoke|off|block|suspend|sign-out|rank|unsave)$/

/** Routes in an order in which there is always something to ask for: those that take something away come last. */
export function takingLast(routes: readonly KnownRoute[]): KnownRoute[] {
  return [...routes].sort((one, other) => Number(taking.test(one.path)) - Number(taking.test(other.path)))
}

function note(examples: string[], path: string): void {
  if (!examples.includes(path) && examples.length < 3 * mostOfAKind) examples.push(path)
}

/** What a route's pattern stands for. */
function patternOf(path: string): RegExp {
  const escaped = path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll(/:\w+/g, '[^/]+')}/?$`, 'i')
}

/** What the application reads of a request beside its path and forms, as its own source has it. */
export function namesRead(): { headers: string[]; queries: string[]; cookies: string[] } {
  const source = fileURLToPath(new URL('../../src', import.meta.url))
  const text = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\./.test(file))
    .map((file) => readFileSync(join(source, file), 'utf8'))
    .join('\n')
  const all = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))].sort()
  return {
    headers: all(/\brequest\.get\('([a-z-]+)'\)/g),
    queries: all(/\brequest\.query\.(\w+)/g),
    cookies: all(/: Cookie = \{ name: '(\w+)'/g),
  }
}

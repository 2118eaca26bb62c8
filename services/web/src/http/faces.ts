import type { Request, Response } from 'express'
import { textOf } from './input.ts'

/**
 * Which face an answer has. A browser asks for text/html by name; curl, which takes anything, and API clients get JSON.
 */
export function wantsHtml(request: Request): boolean {
  return /\btext\/html\b/i.test(request.get('accept') ?? '')
}

/**
 * A path of ours to go to next, from a form or a query; anything that leads elsewhere becomes the home page.
 * `//host` and `/\host` are other sites to a browser.
 */
export function localPath(given: unknown): string {
  return typeof given === 'string' && /^\/(?![/\\])[\x21-\x7e]*$/.test(given) && !given.includes('\\') ? given : '/'
}

/** The address of a page of ours that leads on to another one afterwards. */
export function withNext(path: string, next: string): string {
  return next === '/' ? path : `${path}?next=${encodeURIComponent(next)}`
}

/**
 * Answers an action that is done: a browser goes on, others hear no more than that.
 * @param path where a browser goes on to, unless the form has a `next`
 */
export function done(request: Request, response: Response, path: string): void {
  const next = textOf(request.body, 'next')
  if (wantsHtml(request)) response.redirect(303, next ? localPath(next) : path)
  else response.status(204).end()
}

/**
 * Where a form leads back to: the page that it stood on, as far as that is one of ours, else the fallback.
 * @param fallback a path of ours; its fragment goes with the other page as well, so that the browser shows the same place again
 */
export function backTo(request: Request, fallback: string): string {
  const page = URL.parse(request.get('referer') ?? '')
  if (!page || page.host !== request.get('host')) return fallback
  const path = page.pathname + page.search
  return localPath(path) === path ? path + (URL.parse(fallback, page)?.hash ?? '') : fallback
}

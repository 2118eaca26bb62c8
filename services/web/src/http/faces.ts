import type { Request } from 'express'

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

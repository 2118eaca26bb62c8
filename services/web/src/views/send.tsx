import type { Response } from 'express'
import type { VNode } from 'preact'
import { render } from 'preact-render-to-string'
import { Origin } from './origin.ts'

/**
 * Answers with a page. Pages differ by who looks, so no cache between us and the visitor may keep one.
 */
export function sendPage(response: Response, page: VNode): void {
  if (!response.hasHeader('Cache-Control')) response.set('Cache-Control', 'private, no-cache')
  response
    .vary('Accept')
    .type('html')
    .send(`<!doctype html>${render(<Origin.Provider value={response.locals.origin}>{page}</Origin.Provider>)}`)
}

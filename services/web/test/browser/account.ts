import type { APIRequestContext } from 'playwright-core'
import { newPicture } from '../pictures.ts'
import { password } from './world.ts'

/** What somebody does whom nobody watches: over HTTP, as an app would. */
export interface Account {
  username: string
  send(path: string, form?: Record<string, string>): Promise<void>
  /** Shares a photo. @returns the path of its post */
  share(fields: Record<string, string>, file?: Buffer): Promise<string>
}

/** @param request whose cookies are theirs: of a browser, or of nothing else */
export function accountOf(request: APIRequestContext, url: string, username: string): Account {
  const headers = { Accept: 'application/json' }
  const answered = async (path: string, options: { form?: Record<string, string>; multipart?: FormData }) => {
    const answer = await request.post(url + path, { ...options, headers })
    if (!answer.ok()) throw new Error(`${username} ${path}: ${await answer.text()}`)
    return answer
  }
  return {
    username,
    async send(path, form = {}) {
      await answered(path, { form })
    },
    async share(fields, file) {
      const multipart = new FormData()
      for (const [name, value] of Object.entries(fields)) multipart.append(name, value)
      multipart.append(
        'file',
        new File([new Uint8Array(file ?? (await newPicture()))], 'a.jpg', { type: 'image/jpeg' }),
      )
      return (await (await answered('/upload', { multipart })).json()).url
    },
  }
}

/** The same, of somebody who signs up just now. */
export async function newAccount(request: APIRequestContext, url: string, username: string): Promise<Account> {
  const account = accountOf(request, url, username)
  await account.send('/sign-up', { username, password })
  return account
}

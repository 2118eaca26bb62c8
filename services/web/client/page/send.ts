import { unreached } from './say.ts'

/** The server's no, or that there was no answer: a sentence for people. */
export class No extends Error {}

/**
 * Sends a form as it is sent without us, and asks for the short answer.
 * @throws {No} with a sentence for people
 */
export async function send(action: string, form: HTMLFormElement): Promise<Response> {
  const body = new URLSearchParams()
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') body.append(name, value)
  const headers = { Accept: 'application/json' }
  // Kept alive, for those who go on to another page at once.
  const response = await fetch(action, { method: 'POST', body, headers, keepalive: true }).catch(() => {
    throw new No(unreached)
  })
  if (response.ok) return response
  const { error } = await response.json().catch(() => ({ error: unreached }))
  throw new No(error)
}

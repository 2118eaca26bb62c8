import { addSource } from './sources.ts'

/** Tells what nginx tells of itself (stub_status). @param url where, on the network that only nginx and the worker are in */
export function watchNginx(url: string): () => void {
  return addSource(
    'nginx',
    {
      nginx_connections: {
        help: 'Connections of visitors, by what they are at; idle ones are kept open by browsers.',
        labels: ['state'],
      },
      nginx_accepted_total: { help: 'Connections that nginx has taken.', isCounter: true },
      nginx_dropped_total: { help: 'Connections that nginx had no room for.', isCounter: true },
      nginx_requests_total: { help: 'Requests to nginx, static files and photos included.', isCounter: true },
    },
    async () => {
      const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) })
      if (!answer.ok) throw new Error(`nginx answers ${answer.status}`)
      return readStatus(await answer.text())
    },
  )
}

/**
 * Reads nginx's page of figures (https://nginx.org/en/docs/http/ngx_http_stub_status_module.html).
 * @throws {Error} if it is another page
 */
export function readStatus(text: string) {
  const shape =
    /^Active connections: (\d+)\s+server accepts handled requests\s+(\d+) (\d+) (\d+)\s+Reading: (\d+) Writing: (\d+) Waiting: (\d+)/
  const [, , accepted, handled, requests, reading, writing, idle] = (shape.exec(text) ?? []).map(Number)
  if (accepted === undefined || handled === undefined || requests === undefined)
    throw new Error('that is not what nginx says of itself')
  const states = { reading, writing, idle }
  return {
    nginx_connections: Object.entries(states).map(([state, value = 0]) => ({ labels: { state }, value })),
    nginx_accepted_total: [{ value: accepted }],
    nginx_dropped_total: [{ value: accepted - handled }],
    nginx_requests_total: [{ value: requests }],
  }
}

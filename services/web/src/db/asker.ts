import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * For whom something is done: a request or a job. It goes along as `node:async_hooks` carries it, so that every line of the log and
 * every statement can name it, and nobody has to hand it on.
 */
export interface Asker {
  /** nginx's id of the request; in a job, of the request that asked for the job. */
  readonly requestId?: string | undefined
  /** The route's pattern, `/@:username`; never the path, which is somebody's own. Unknown until a route was found. */
  readonly route?: string | undefined
  /** The kind of job. */
  readonly job?: string | undefined
  readonly jobId?: string | undefined
}

const askers = new AsyncLocalStorage<Asker>()

/** Does something for a request or a job. */
export function askedBy<Result>(asker: Asker, run: () => Result): Result {
  return askers.run(asker, run)
}

/** For whom this is done; undefined for what the process does of its own accord. */
export function currentAsker(): Asker | undefined {
  return askers.getStore()
}

/** What a line of the log says of it. */
export function askerFields(): Asker {
  const asker = askers.getStore()
  if (!asker) return {}
  const { requestId, route, job, jobId } = asker
  return { requestId, route, job, jobId }
}

/**
 * The same as a comment of SQL, which PostgreSQL shows wherever it shows a statement. In front, for `pg_stat_activity` cuts off what
 * is long. Nothing comes through that could end a comment, or begin one.
 */
export function commentOf({ requestId, route, job, jobId }: Asker): string {
  const parts = [part('req', idOnly(requestId)), part('route', route), part('job', job), part('id', idOnly(jobId))]
  const said = parts.filter(Boolean).join(' ')
  return said && `/* ${said} */ `
}

function part(name: string, value: string | undefined): string {
  return value ? `${name}=${value.replace(/[^\w:@.{}/-]+/g, '_')}` : ''
}

function idOnly(id: string | undefined): string | undefined {
  return id !== undefined && /^[0-9a-f-]{1,64}$/.test(id) ? id : undefined
}

import pg from 'pg'
import type { DatabaseAddress } from '../config.ts'
import { Passwords } from '../db/passwords.ts'
import { log } from '../log.ts'

const patienceMilliseconds = 5_000
const longestWaitMilliseconds = 30_000

/** What pg-boss asks of whoever listens for it. */
type Listen = (
  channel: string,
  onNotification: (payload: string) => void,
  onReconnect: () => void,
) => Promise<{ close(): Promise<void> }>

/**
 * Listens for notifications on a connection of its own, straight to PostgreSQL: a pooler would lend the session to others. When the
 * connection is lost another is made, and whatever was missed meanwhile is looked for.
 */
export function listenOn(address: DatabaseAddress): Listen {
  const passwords = new Passwords(address)
  return async (channel, onNotification, onReconnect) => {
    let client: pg.Client | undefined
    let timer: NodeJS.Timeout | undefined
    let isClosed = false
    let failures = 0

    async function connect(): Promise<void> {
      const next = new pg.Client({
        ...passwords.settings,
        application_name: 'gramstack listener',
        connectionTimeoutMillis: patienceMilliseconds,
        keepAlive: true,
        keepAliveInitialDelayMillis: 10_000,
      })
      // 'end' follows an error, and comes without one as well.
      next.on('error', (error) => log.warn('listener lost', { message: error.message }))
      next.on('end', () => {
        if (client !== next) return
        client = undefined
        again()
      })
      next.on('notification', ({ payload }) => onNotification(payload ?? ''))
      try {
        await next.connect()
        await next.query(`listen ${next.escapeIdentifier(channel)}`)
      } catch (error) {
        await next.end().catch(() => {})
        throw error
      }
      client = next
      failures = 0
    }

    function again(): void {
      if (isClosed) return
      const wait = Math.min(longestWaitMilliseconds, 500 * 2 ** failures)
      failures += 1
      timer = setTimeout(() => {
        passwords.connect(connect).then(onReconnect, again)
      }, wait)
    }

    // The first time may fail as well, when the database is just being restarted: polling goes on in any case.
    await passwords.connect(connect).catch(again)
    return {
      async close() {
        isClosed = true
        clearTimeout(timer)
        const last = client
        client = undefined
        await last?.end().catch(() => {})
      },
    }
  }
}

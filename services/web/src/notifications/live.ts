import type { Response } from 'express'
import { stillHeld } from '../accounts/service.ts'
import type { Db } from '../db/connect.ts'
import { isDatabaseOutage } from '../db/outage.ts'
import { Refusal } from '../http/refusal.ts'
import type { Language } from '../language/languages.ts'
import { say, speaking, spokenLanguage } from '../language/say.ts'
import { log } from '../log.ts'
import { bellLabel } from '../views/unread.ts'
import { countUnread, peopleWithNews } from './service.ts'

/**
 * Tells open pages how much is unread, by server-sent events. A few queries a second for all of them together, none when there are
 * none; each process asks for its own (docs/decisions/0021).
 */
export interface UnreadStreams {
  /**
   * Keeps an answer open as a stream of one person's count.
   * @param token of the session that it ends with
   * @throws {Refusal} unavailable, if there are too many in this process
   */
  open(personId: string, token: string, response: Response): void
}

interface Stream {
  personId: string
  token: string
  response: Response
  language: Language
  /** What was told last, and when that was counted. */
  unread: number | undefined
  countedAt: number
  /** Whether something has happened since. */
  hasNews: boolean
}

const tickMilliseconds = 1_000
// nginx gives up on an answer that says nothing for 40 s.
const heartbeatMilliseconds = 25_000
// A row is seen when its transaction is through, under the time at which that began.
const overlapMilliseconds = 5_000
// Of what is undone, deleted or hidden there is no news: so often everybody is counted anew.
const recountMilliseconds = 60_000
// Of each look: more wait for the next one, those first who have waited longest.
const mostCountedAtOnce = 300
const mostStreams = 5_000
const mostOfOnePerson = 6

/**
 * @param leaving ends all streams: the browsers come back, and find another process
 */
export function unreadStreams({ db, leaving }: { db: Db; leaving: AbortSignal }): UnreadStreams {
  // In the order in which they were opened.
  const streams = new Set<Stream>()
  let ticking: NodeJS.Timeout | undefined
  let beating: NodeJS.Timeout | undefined
  let lookedAt: Date | null = null
  let isOut = false

  async function tick(): Promise<void> {
    try {
      await look()
      isOut = false
    } catch (error) {
      // The streams stay, and go on when there is a database again.
      const isNew = !isOut || !isDatabaseOutage(error)
      if (isNew && !leaving.aborted) log.warn('unread counts are late', { message: (error as Error).message })
      isOut = true
    }
    ticking = streams.size ? setTimeout(tick, tickMilliseconds).unref() : undefined
    if (!ticking) lookedAt = null
  }

  async function look(): Promise<void> {
    // Not those that are opened while we wait for the answer.
    const asked = [...streams]
    const held = await stillHeld(db, [...new Set(asked.map(({ token }) => token))])
    for (const stream of asked) if (!held.has(stream.token)) end(stream, 'signed-out')

    const since = lookedAt && new Date(lookedAt.getTime() - overlapMilliseconds)
    const { now, ids } = await peopleWithNews(db, peopleOf([...streams]), since)
    lookedAt = now
    const news = new Set(ids)
    for (const stream of streams) stream.hasNews ||= news.has(stream.personId)

    const due = [...streams]
      .filter(({ hasNews, countedAt }) => hasNews || Date.now() - countedAt >= recountMilliseconds)
      .sort((one, other) => one.countedAt - other.countedAt)
      .slice(0, mostCountedAtOnce)
    const counts = await countUnread(db, peopleOf(due))
    for (const stream of due) tell(stream, counts.get(stream.personId) ?? 0)
  }

  function tell(stream: Stream, unread: number): void {
    stream.countedAt = Date.now()
    stream.hasNews = false
    if (stream.unread === unread) return
    stream.unread = unread
    const label = speaking(stream.language, () => bellLabel(unread))
    stream.response.write(`event: unread\ndata: ${JSON.stringify({ unread, label })}\n\n`)
  }

  /** @param reason so that the browser does not come back by itself; without one it does */
  function end(stream: Stream, reason?: 'signed-out' | 'one-too-many'): void {
    streams.delete(stream)
    stream.response.end(reason && `event: end\ndata: ${reason}\n\n`)
  }

  function beat(): void {
    for (const { response } of streams) response.write(':\n\n')
  }

  leaving.addEventListener('abort', () => {
    for (const stream of streams) end(stream)
  })

  return {
    open(personId, token, response) {
      if (streams.size >= mostStreams) {
        throw new Refusal('unavailable', say('Too many pages are open here at once. Please try again in a moment.'))
      }
      const own = [...streams].filter((stream) => stream.personId === personId)
      for (const oldest of own.slice(0, Math.max(0, own.length + 1 - mostOfOnePerson))) end(oldest, 'one-too-many')

      response.writeHead(200, {
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'private, no-store, no-transform',
        // Or nginx would collect the events.
        'X-Accel-Buffering': 'no',
      })
      // Not all at once, when a process leaves.
      response.write(`retry: ${2_000 + Math.floor(Math.random() * 3_000)}\n\n`)
      const language = spokenLanguage()
      const stream: Stream = {
        personId,
        token,
        response,
        language,
        unread: undefined,
        countedAt: 0,
        hasNews: false,
      }
      streams.add(stream)
      response.on('close', () => {
        streams.delete(stream)
        if (!streams.size) {
          clearInterval(beating)
          beating = undefined
        }
      })
      beating ??= setInterval(beat, heartbeatMilliseconds).unref()
      ticking ??= setTimeout(tick, 0).unref()
    },
  }
}

function peopleOf(streams: readonly Stream[]): string[] {
  return [...new Set(streams.map(({ personId }) => personId))]
}

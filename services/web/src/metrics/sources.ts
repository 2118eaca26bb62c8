import { setTimeout } from 'node:timers/promises'
import { Counter, Gauge } from 'prom-client'
import { log } from '../log.ts'
import { described, registry } from './registry.ts'

/**
 * What this process knows only by asking somebody: the queue, pgbouncer, nginx, the disk. They are asked when Prometheus asks, all at
 * once and each for so long at most, so that one that does not answer takes nothing away from the others.
 */

/** One figure of a metric. */
export interface Sample {
  value: number
  labels?: Record<string, string>
}

/** A metric as a source describes it. A counter only grows, in whoever is asked. */
export interface SourceMetric {
  help: string
  labels?: readonly string[]
  isCounter?: boolean
}

interface Source {
  name: string
  refresh(): Promise<void>
  forget(): void
}

const patienceMilliseconds = 3_000
// Several Prometheus, or somebody who reloads a page, cost no more than one.
const freshMilliseconds = 5_000

const sources: Source[] = []
let refreshedAt = 0

const up = new Gauge(
  described(
    'source_up',
    'Whether whoever was asked has answered: queue, disk, backups, pgbouncer, nginx, certificate.',
    ['source'],
  ),
)

/**
 * Adds somebody to ask.
 * @param metrics what they are asked for, by name without `gramstack_`
 * @param read asks; nothing, where a metric is left out
 * @returns how to ask them no more
 */
export function addSource<Name extends string>(
  name: string,
  metrics: Record<Name, SourceMetric>,
  read: () => Promise<Partial<Record<Name, readonly Sample[]>>>,
): () => void {
  const made = new Map(
    Object.entries<SourceMetric>(metrics).map(([metric, { help, labels, isCounter }]) => {
      const options = described(metric, help, labels)
      return [metric, isCounter ? new Counter(options) : new Gauge(options)]
    }),
  )
  const forget = () => {
    for (const [metric, { labels = [] }] of Object.entries<SourceMetric>(metrics)) {
      made.get(metric)?.reset()
      // What has no labels is set to 0 by that, and 0 would be a figure.
      if (!labels.length) made.get(metric)?.remove()
    }
  }
  forget()
  const source: Source = {
    name,
    forget,
    async refresh() {
      const found = Object.entries<readonly Sample[] | undefined>(await read())
      forget()
      for (const [metric, samples = []] of found)
        for (const { value, labels = {} } of samples) made.get(metric)?.inc(labels, value)
    },
  }
  sources.push(source)
  return () => {
    sources.splice(sources.indexOf(source), 1)
    for (const metric of made.keys()) registry.removeSingleMetric(`gramstack_${metric}`)
    up.remove({ source: name })
  }
}

/** Asks all of them, unless that was just done. Whoever fails is logged, and has no figures until it is better. */
export async function refreshSources(): Promise<void> {
  const now = performance.now()
  if (refreshedAt && now - refreshedAt < freshMilliseconds) return
  refreshedAt = now
  await Promise.all(
    sources.map(async (source) => {
      try {
        await within(source.refresh())
        up.set({ source: source.name }, 1)
      } catch (error) {
        source.forget()
        up.set({ source: source.name }, 0)
        log.warn('no figures', { source: source.name, message: error instanceof Error ? error.message : String(error) })
      }
    }),
  )
}

async function within(asked: Promise<void>): Promise<void> {
  const patience = new AbortController()
  try {
    await Promise.race([
      asked,
      setTimeout(patienceMilliseconds, undefined, { signal: patience.signal }).then(() => {
        throw new Error(`no answer within ${patienceMilliseconds / 1000} s`)
      }),
    ])
  } finally {
    patience.abort()
  }
}

/** What a load is made of, and what comes of it: between the bench and the process that makes the load. */

export interface Question {
  method?: 'GET' | 'POST'
  path: string
  headers?: Record<string, string>
  /** In base64. */
  body?: string
  /** By which it is told apart from others of an open load. */
  kind?: string
}

export interface Plan {
  /** Without a slash at the end. */
  url: string
  questions: Question[]
  seconds: number
  /** How many ask at once, each as soon as it has its answer; or how many questions come in a second, whatever becomes of those before. */
  pace: { connections: number } | { perSecond: number }
}

export interface Told {
  answered: number
  failed: number
  perSecond: number
  milliseconds: Percentiles
}

export interface Outcome extends Told {
  /** Of an open load, by kind. */
  kinds: Record<string, Told>
  /** More than were answered, where the end came first: they were worked on as well. */
  sent: number
  /** Of the process that made the load. */
  cpuSeconds: number
}

export interface Percentiles {
  p50: number
  p95: number
  p99: number
}

export function percentiles(values: readonly number[]): Percentiles {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

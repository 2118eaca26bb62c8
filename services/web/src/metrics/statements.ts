import { Counter, Histogram } from 'prom-client'
import { described } from './registry.ts'

/** No labels: which statement it was is for pg_stat_statements to say, and for the line of a slow one. */
export const statementSeconds = new Histogram({
  ...described('statement_seconds', 'How long statements took, as seen by whoever waited for the answer.'),
  buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
})

export const slowStatements = new Counter(
  described('slow_statements_total', 'Statements that took longer than SLOW_QUERY_MS; each has a line in the log.'),
)

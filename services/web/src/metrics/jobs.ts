import { Histogram } from 'prom-client'
import { described } from './registry.ts'

/** How it ended: done, to be tried again, or failed for good. */
export const jobSeconds = new Histogram({
  ...described('job_seconds', 'How long jobs took, by kind and by how they ended.', ['job', 'outcome']),
  buckets: [0.01, 0.05, 0.25, 1, 2.5, 5, 10, 30, 120, 600],
})

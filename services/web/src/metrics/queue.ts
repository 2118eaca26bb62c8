import type { Db } from '../db/connect.ts'
import { describeKinds } from '../jobs/queue.ts'
import { addSource, type Sample } from './sources.ts'

/** Tells how many jobs wait, and for how long. */
export function watchQueue(db: Db): () => void {
  return addSource(
    'queue',
    {
      queue_jobs: {
        help: 'Jobs by kind and state: waiting, active, or failed for good, which are kept for a day at most.',
        labels: ['job', 'state'],
      },
      queue_oldest_seconds: { help: 'For how long the oldest job that could be begun has waited.', labels: ['job'] },
    },
    async () => {
      const kinds = await describeKinds(db)
      const states = ['waiting', 'active', 'failed'] as const
      return {
        queue_jobs: kinds.flatMap((kind) =>
          states.map((state): Sample => ({ labels: { job: kind.name, state }, value: kind[state] })),
        ),
        queue_oldest_seconds: kinds.map(({ name, oldestSeconds }) => ({ labels: { job: name }, value: oldestSeconds })),
      }
    },
  )
}

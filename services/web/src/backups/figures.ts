import type { Db } from '../db/connect.ts'
import { addSource } from '../metrics/sources.ts'
import { readBackups } from './service.ts'

/** Tells how much would be lost if everything were; nothing where nobody makes backups. */
export function watchBackups(db: Db): () => void {
  return addSource(
    'backups',
    {
      backup_age_seconds: { help: 'How long ago that was until when everything can be restored.' },
      backup_age_limit_seconds: { help: 'How old that may be at most, with the pause between backups that is set.' },
      backup_verified_seconds: { help: 'When a backup was last restored for a trial, in seconds since 1970.' },
    },
    async () => {
      const backups = await readBackups(db)
      if (!backups) return {}
      const { ageSeconds, oldestSeconds, verifiedAt } = backups
      return {
        backup_age_seconds: [{ value: ageSeconds }],
        backup_age_limit_seconds: [{ value: oldestSeconds }],
        ...(verifiedAt && { backup_verified_seconds: [{ value: verifiedAt.getTime() / 1000 }] }),
      }
    },
  )
}

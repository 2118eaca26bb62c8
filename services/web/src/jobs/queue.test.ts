import { type House, openHouse } from '../../test/house.ts'
import { rows, sql } from '../db/sql.ts'
import { openWorkingQueue, type WorkingQueue } from './queue.ts'

let house: House
let queue: WorkingQueue
beforeEach(async () => {
  house = await openHouse({ withWorker: false })
  queue = await openWorkingQueue(house.db, house.config.directDatabase)
})
afterEach(async () => {
  await queue.stop()
  await house.close()
})

/** An error as TLS has it of a certificate for another name: much hangs on it, some of which is not there. */
function certificateError(): Error {
  const cert: Record<string, unknown> = { subject: { CN: 'other.example', OU: undefined }, ext_key_usage: undefined }
  cert.issuerCertificate = cert
  return Object.assign(new Error('not the certificate of mail.example'), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    reason: undefined,
    raw: Buffer.from('der'),
    size: 12n,
    cert,
  })
}

it.each([
  ['with things that are undefined', certificateError(), 'not the certificate of mail.example'],
  ['that is no error', { why: undefined }, '[object Object]'],
  ['that is nothing', undefined, 'undefined'],
])('a job that throws something %s is noted as failed, with its words', async (_what, thrown, message) => {
  await queue.add(house.db, 'open-photos', { personId: '1' })
  await rows(house.db, sql`update jobs.job set retry_limit = 0`)
  await queue.work('open-photos', 1, () => Promise.reject(thrown))
  let failed: { state: string; message: string }[] = []
  while (failed[0]?.state !== 'failed') {
    await new Promise((resolve) => setTimeout(resolve, 50))
    failed = await rows(house.db, sql`select state::text, output ->> 'message' as message from jobs.job`)
  }
  expect(failed).toEqual([{ state: 'failed', message }])
})

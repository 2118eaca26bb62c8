import { chmodSync, chownSync } from 'node:fs'
import { picture } from '../pictures.ts'
import { mountSmallDisk } from '../small-disk.ts'
import { openStack, type Stack } from '../stack/stack.ts'
import { ask, multipart } from '../stack/visitor.ts'
import { access } from './access.ts'
import { certificates } from './certificates.ts'
import { clients } from './clients.ts'
import { databases } from './databases.ts'
import { disks } from './disks.ts'
import type { House } from './house.ts'
import { settle } from './people.ts'
import { replicas } from './replicas.ts'
import { soak } from './soak.ts'
import { surroundings } from './surroundings.ts'
import { workers } from './workers.ts'

/**
 * docker-compose.prod.yml, as whoever runs it has it, while things go wrong on purpose. Killing from outside and filling disks takes root.
 */

let stack: Stack | undefined
let house: House | undefined
const small: { path: string; remove(): void }[] = []

function smallDisk(megabytes: number): string {
  const disk = mountSmallDisk(megabytes)
  if (!disk)
    throw new Error('The tests of faults fill disks and kill processes of containers: run them as root, on Linux.')
  small.push(disk)
  return disk.path
}

beforeAll(async () => {
  const media = smallDisk(1_500)
  const database = smallDisk(1_500)
  // As the images have them.
  chownSync(media, 1000, 1000)
  chmodSync(database, 0o1777)
  const on = (path: string) => `{ driver_opts: { type: none, o: bind, device: ${path} } }`
  stack = await openStack({
    project: 'gramstack-faults',
    file: 'docker-compose.prod.yml',
    httpPort: 14437,
    withSecrets: true,
    // All visitors have one address here.
    env: { SIGN_IN_RATE: '60r/m', UPLOAD_RATE: '600r/m', UPLOADS_PER_ADDRESS: '200' },
    override: `
services:
  web: { environment: { DATABASE_HOST: "\${WEB_DATABASE_HOST:-pgbouncer}" } }
volumes:
  media: ${on(media)}
  postgres_data: ${on(database)}
`,
  })
  await stack.compose(['build'], { patienceSeconds: 850 })
  await stack.compose(['up', '--detach', '--wait'])
  const people = await settle(stack, ['ada', 'bob', 'carol', 'dora', 'emil', 'fritz', 'gerda', 'hugo'])
  const photo = await picture('jpeg', 640, 480)
  const form = multipart(photo, { caption: 'The first' })
  const headers = { ...form.headers, Cookie: people[0]?.cookie ?? '' }
  const { json } = await ask(stack.url, '/upload', { method: 'POST', body: form.body, headers })
  house = { stack, people, photo, post: { url: json.url, media: json.media }, disks: { media, database } }
}, 900_000)

afterAll(async () => {
  await stack?.remove()
  for (const disk of small) disk.remove()
}, 120_000)

const theHouse = () => {
  if (!house) throw new Error('the stack did not start')
  return house
}

describe('faults', () => {
  replicas(theHouse)
  databases(theHouse)
  disks(theHouse)
  clients(theHouse)
  workers(theHouse)
  surroundings(theHouse)
  certificates(theHouse)
  access(theHouse)
  soak(theHouse)
})

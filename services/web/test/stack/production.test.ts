import { picture } from '../pictures.ts'
import { commandLine } from './production/command-line.ts'
import { containers } from './production/containers.ts'
import { firstStart } from './production/first-start.ts'
import { frontDoor } from './production/front-door.ts'
import { hardening } from './production/hardening.ts'
import type { House } from './production/house.ts'
import { https } from './production/https.ts'
import { images } from './production/images.ts'
import { journey } from './production/journey.ts'
import { limits } from './production/limits.ts'
import { operations, theEnd } from './production/operations.ts'
import { outages } from './production/outages.ts'
import { photos } from './production/photos.ts'
import { replicas } from './production/replicas.ts'
import { openStack, raisedLimits, type Stack } from './stack.ts'
import { signUp } from './visitor.ts'

/**
 * docker-compose.prod.yml for real: built, started once, and shared by all topics in the order in which they stand here.
 * nginx's limits for each address are raised, for here all visitors have the same one; limits.ts puts them back.
 */

let stack: Stack
let house: House
const theHouse = () => house

beforeAll(async () => {
  stack = await openStack({
    project: 'gramstack-test',
    file: 'docker-compose.prod.yml',
    httpPort: 14137,
    withSecrets: true,
    env: raisedLimits,
  })
}, 60_000)
afterAll(() => stack?.remove(), 120_000)

describe('the first start', () => {
  it('is one command, which ends when all is healthy', async () => {
    await firstStart(stack)
    const alice = await signUp(stack.url, 'alice')
    const photo = await picture('jpeg', 64, 64)
    const posted = await alice.upload(await picture(), 'The first photo')
    expect([posted.status, posted.json]).toEqual([201, expect.objectContaining({ media: expect.any(String) })])
    house = { stack, alice, post: { url: posted.json.url, media: posted.json.media }, photo }
  }, 900_000)
})

journey(theHouse)
frontDoor(theHouse)
hardening(theHouse)
containers(theHouse)
images(theHouse)
describe('photos:', () => photos(theHouse))
commandLine(theHouse)
describe('replicas', () => replicas(theHouse))
describe('outages', () => outages(theHouse))
describe('what an operator does:', () => operations(theHouse))
describe('https:', () => https(theHouse))
describe('limits:', () => limits(theHouse))
theEnd(theHouse)

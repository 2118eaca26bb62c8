import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** `npm run audit` against registries of our own, which answer as registries do. */

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const hole = {
  id: 1,
  url: 'https://github.com/advisories/GHSA-0000-0000-0000',
  title: 'A hole',
  severity: 'high',
  vulnerable_versions: '*',
  cwe: [],
  cvss: { score: 8, vectorString: null },
}
let answer: { status: number; body: string }
let registry: Server
let cache: string

beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'gramstack-audit-'))
  registry = createServer((request, response) => {
    request.resume()
    const isAudit = request.url?.endsWith('/advisories/bulk')
    response.statusCode = isAudit ? answer.status : 404
    response.setHeader('Content-Type', 'application/json')
    request.on('end', () => response.end(isAudit ? answer.body : '{}'))
  })
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await new Promise((resolve) => registry.close(resolve))
  await rm(cache, { recursive: true, force: true })
})

function audit(): Promise<{ status: number | null; said: string }> {
  return new Promise((resolve, reject) => {
    const { port } = registry.address() as AddressInfo
    const child = spawn('sh', ['services/audit'], {
      cwd: root,
      env: {
        ...process.env,
        npm_config_registry: `http://127.0.0.1:${port}/`,
        npm_config_fetch_retries: '0',
        npm_config_cache: cache,
      },
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, said }))
  })
}

describe('npm run audit', () => {
  it('passes where nothing is known', async () => {
    answer = { status: 200, body: '{}' }
    expect(await audit()).toEqual({ status: 0, said: expect.stringMatching(/^audit: no package of ours/) })
  })

  it('fails where a hole is known that is high, and says of what', async () => {
    answer = { status: 200, body: JSON.stringify({ express: [hole] }) }
    const { status, said } = await audit()
    expect([status, said]).toEqual([1, expect.stringContaining('express')])
  })

  it('passes where it is a lesser one', async () => {
    answer = { status: 200, body: JSON.stringify({ express: [{ ...hole, id: 2, severity: 'moderate' }] }) }
    expect((await audit()).status).toBe(0)
  })

  it.each([
    [405, ''],
    [500, '{}'],
    [200, 'not json'],
  ])('says that nothing was checked where the registry answers %i %s', async (status, body) => {
    answer = { status, body }
    expect(await audit()).toEqual({ status: 75, said: expect.stringMatching(/^audit: not checked\./) })
  })
})

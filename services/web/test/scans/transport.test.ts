import { execFile } from 'node:child_process'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeAuthority } from '../certificates.ts'
import { figure, openStack, run, type Stack } from '../stack/stack.ts'
import { inFolder, scanWith } from './programs.ts'

/** What those who judge a site from outside say of ours over https: the headers, and how it speaks TLS. */

const observatory = '@mdn/mdn-http-observatory@1.4.8'

let stack: Stack
let authority: Awaited<ReturnType<typeof makeAuthority>>

beforeAll(async () => {
  stack = await openStack({
    project: 'gramstack-scan-test',
    file: 'docker-compose.prod.yml',
    // The observatory asks no others.
    httpPort: 80,
    httpsPort: 443,
    env: { WEB_REPLICAS: '1' },
    withSecrets: true,
  })
  authority = await makeAuthority()
  const { cert, key } = await authority.issue('127.0.0.1')
  for (const [name, text] of Object.entries({ 'fullchain.pem': cert, 'privkey.pem': key })) {
    const file = join(stack.folder, 'nginx/tls', name)
    await writeFile(file, text)
    await chmod(file, 0o644)
  }
  await stack.compose(['build'], { patienceSeconds: 850 })
  await stack.compose(['up', '--detach', '--wait'])
}, 1_000_000)
afterAll(() => stack?.remove(), 120_000)

it('Mozilla’s observatory grades the headers A+', async () => {
  const { scan, tests } = await inFolder(async (folder) => {
    const authorityFile = join(folder, 'authority.pem')
    await writeFile(authorityFile, authority.cert)
    await promisify(execFile)('npm', ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', observatory])
    const judge = join(folder, 'node_modules/@mdn/mdn-http-observatory')
    // What it would have fetched now: hosts that browsers know to be on https alone. We are none of them.
    await writeFile(join(judge, 'conf/hsts-preload.json'), '{}')
    // Its own command trusts the usual authorities only.
    const question = `
      import { scan } from '${judge}/src/scanner/index.js'
      console.log(JSON.stringify(await scan('127.0.0.1')))`
    const asked = await run(process.execPath, ['--input-type=module', '--eval', question], {
      env: { NODE_EXTRA_CA_CERTS: authorityFile },
    })
    if (asked.status !== 0) throw new Error(asked.stderr)
    return JSON.parse(asked.stdout) as Judgement
  })
  figure(`observatory: ${scan.grade}, ${scan.score} points, ${scan.testsPassed} of ${scan.testsQuantity} tests`)
  const failed = Object.entries(tests).filter(([, { pass }]) => pass === false)
  expect(failed).toEqual([])
  expect(scan).toMatchObject({ grade: 'A+' })
}, 300_000)

interface Judgement {
  scan: { grade: string; score: number; testsPassed: number; testsQuantity: number }
  tests: Record<string, { pass: boolean | null; result: string }>
}

/** About the scanner's own openssl, or about the certificate, which an authority of this test has issued for a day, and not about how nginx uses it. */
const ofTheAuthority =
  /^engine_problem$|^cert_(chain_of_trust|trust|revocation|expirationStatus|notAfter|crlDistributionPoints|ocspURL|validityPeriod)/

it('testssl finds nothing that is medium or worse', async () => {
  const findings = await inFolder(async (folder) => {
    const [authorityFile, report] = [join(folder, 'authority.pem'), join(folder, 'report.json')]
    await writeFile(authorityFile, authority.cert)
    const { stdout, stderr } = await scanWith(
      'testssl',
      [
        '--warnings',
        'off',
        '--color',
        '0',
        '--nodns',
        'none',
        '--add-ca',
        authorityFile,
        '--jsonfile',
        report,
        '127.0.0.1:443',
      ],
      8,
    )
    const told = await readFile(report, 'utf8').catch(() => '')
    if (!told) throw new Error(`testssl told nothing: ${stdout}${stderr}`)
    return JSON.parse(told) as Finding[]
  })
  const by = Map.groupBy(findings, ({ severity }) => severity)
  figure(`testssl: ${[...by].map(([severity, some]) => `${some.length} ${severity}`).join(', ')}`)
  // Whatever it could not look at is none of these.
  expect(findings.length).toBeGreaterThan(80)
  const bad = findings.filter(({ severity, id }) => !mild.has(severity) && !ofTheAuthority.test(id))
  expect(bad).toEqual([])
}, 600_000)

interface Finding {
  id: string
  severity: string
  finding: string
}

const mild = new Set(['OK', 'INFO', 'LOW', 'DEBUG'])

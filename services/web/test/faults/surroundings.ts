import { accessLog } from '../stack/production/house.ts'
import { docker, eventually, figure, pause, run } from '../stack/stack.ts'
import { failedBetween, isWell, type TheHouse, visitedDuring } from './house.ts'
import { expectWhole } from './ledger.ts'
import { turns } from './lengths.ts'

/** Clocks that are wrong, lines that are slow or cut, and an order in which nobody would start things. */
export function surroundings(house: TheHouse): void {
  it('15. a replica whose clock is a day ahead, and one whose is a day behind, serve as the others do', async () => {
    const { stack } = house()
    const dayMilliseconds = 24 * 60 * 60 * 1000
    const skewed: string[] = []
    let addresses: string[] = []
    try {
      const report = await visitedDuring(house(), '15. replicas with clocks a day ahead and behind', async () => {
        for (const shift of [dayMilliseconds, -dayMilliseconds]) {
          // All that the app knows of the time it has from here.
          const code = `const D=Date;globalThis.Date=class extends D{constructor(...a){a.length?super(...a):super(D.now()+${shift})}static now(){return(D.now()+${shift})}}`
          const name = `${stack.project}-skewed${shift > 0 ? '-ahead' : '-behind'}`
          skewed.push(name)
          await stack.compose([
            ...['run', '--detach', '--no-deps', '--use-aliases', '--name', name],
            ...['--env', `NODE_OPTIONS=--import=data:text/javascript,${encodeURIComponent(code)}`, 'web'],
          ])
          await eventually(() => docker(['exec', name, 'healthcheck', '/readyz']), 30, 250)
        }
        addresses = (await Promise.all(skewed.map((name) => docker(['inspect', name])))).map(
          ({ stdout }) => `${JSON.parse(stdout)[0].NetworkSettings.Networks[`${stack.project}_edge`].IPAddress}:3000`,
        )
        await pause(25_000)
      })
      expect(failedBetween(report)).toEqual([])
      const used = (await accessLog(stack)).map(({ upstream }) => String(upstream))
      for (const address of addresses)
        expect(used.filter((upstream) => upstream === address).length).toBeGreaterThan(20)
    } finally {
      for (const name of skewed) await run('docker', ['rm', '--force', name])
    }
    // Everything that has a time has the database's.
    const times = {
      ...{ users: 'created_at', likes: 'created_at', follows: 'created_at', sessions: 'created_at' },
      ...{ posts: 'id_time(id)', comments: 'id_time(id)' },
    }
    for (const [table, time] of Object.entries(times))
      expect([
        table,
        await stack.sql(`select count(*) from ${table} where abs(extract(epoch from now() - ${time})) > 12 * 3600`),
      ]).toEqual([table, '0'])
  }, 300_000)

  it('16. a line to the database that is slow and loses things, and then is cut for 20 s', async () => {
    const { stack } = house()
    const line = `${stack.project}-line`
    const relay = `
      const net = require('node:net'), fs = require('node:fs')
      const mode = () => { try { return fs.readFileSync('/tmp/mode', 'utf8').trim() } catch { return 'ok' } }
      const pass = (from, to) => {
        let before = Promise.resolve()
        from.on('data', (chunk) => {
          before = before.then(async () => {
            // What is lost is sent again, a while later; what comes after it waits.
            if (mode() === 'slow') await new Promise((go) => setTimeout(go, 200 + (Math.random() < 0.05 ? 400 : 0)))
            while (mode() === 'cut') await new Promise((go) => setTimeout(go, 50))
            if (!to.destroyed) to.write(chunk)
          })
        })
        from.on('error', () => {}); from.on('close', () => before.then(() => to.destroy()))
      }
      net.createServer((near) => { const far = net.connect(6432, 'pgbouncer'); pass(near, far); pass(far, near) }).listen(6432)`
    const { Image } = await stack.container('web')
    const setMode = (mode: string) => docker(['exec', line, 'sh', '-c', `echo ${mode} > /tmp/mode`])
    await docker([
      // It has the image of a replica, and is none.
      ...[
        'run',
        '--detach',
        '--name',
        line,
        '--no-healthcheck',
        '--label',
        'com.docker.compose.project=',
        '--network',
        `${stack.project}_data`,
        '--network-alias',
        'line',
      ],
      ...['--tmpfs', '/tmp', '--entrypoint', 'node', Image, '-e', relay],
    ])
    const throughLine = { env: { WEB_DATABASE_HOST: 'line' } }
    try {
      await stack.compose(['up', '--detach', '--no-deps', '--wait', 'web'], throughLine)
      const moments = { cut: 0, mended: 0 }
      const report = await visitedDuring(
        house(),
        '16. a line of 200 ms that loses 5 %, then cut for 20 s',
        async () => {
          await setMode('slow')
          await pause(15_000)
          moments.cut = Date.now()
          await setMode('cut')
          await pause(20_000)
          moments.mended = Date.now()
          await setMode('ok')
          const seconds = await isWell(house())
          figure(`16. all pages back ${seconds.toFixed(1)} s after the line was mended`)
          expect(seconds).toBeLessThan(30)
        },
      )
      const during = failedBetween(report, moments.cut + 2_000, moments.mended - 3_000)
      figure(
        `16. while it was slow ${failedBetween(report, 0, moments.cut).length} pages failed; while it was cut ${during.length}`,
      )
      for (const { what, status, retryAfter } of failedBetween(report))
        expect([what, [502, 503, 504].includes(status), retryAfter]).toEqual([what, true, expect.any(Number)])
    } finally {
      await run('docker', ['rm', '--force', line])
      await stack.compose(['up', '--detach', '--no-deps', '--wait', 'web'])
    }
  }, 300_000)

  it(`18. services that are started in any order find each other, ${turns} times`, async () => {
    const { stack } = house()
    const took: number[] = []
    for (let turn = 0; turn < turns; turn += 1) {
      const containers = await stack.containers()
      await docker(['stop', ...containers.map(({ Id }) => Id)], { patienceSeconds: 60 })
      for (const { Id } of containers.toSorted(() => Math.random() - 0.5)) {
        await docker(['start', Id])
        await pause(Math.random() * 600)
      }
      took.push(await isWell(house(), 60))
      await stack.healthy()
    }
    figure(`18. started in any order: well after ${took.map((seconds) => seconds.toFixed(1)).join(', ')} s`)
    await expectWhole(stack)
  }, 900_000)
}

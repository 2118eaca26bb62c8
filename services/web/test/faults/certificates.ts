import { chmod, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { makeAuthority } from '../certificates.ts'
import { eventually, figure, pause } from '../stack/stack.ts'
import { ask } from '../stack/visitor.ts'
import type { TheHouse } from './house.ts'

/** nginx takes up new settings and certificates while everybody goes on. */
export function certificates(house: TheHouse): void {
  it('17. reloads and renewed certificates under load fail nobody', async () => {
    const { stack, post } = house()
    const authority = await makeAuthority()
    const folder = join(stack.folder, 'nginx/tls')
    const renew = async () => {
      const { cert, key } = await authority.issue('localhost')
      for (const [name, text] of [
        ['fullchain.pem', cert],
        ['privkey.pem', key],
      ] as const) {
        await writeFile(join(folder, name), text)
        await chmod(join(folder, name), 0o644)
      }
    }
    const shown = () =>
      new Promise<string>((resolve, reject) => {
        const { hostname, port } = new URL(stack.httpsUrl)
        const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
          resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? '')
          socket.destroy()
        })
        socket.on('error', reject)
      })
    await renew()
    await stack.compose(['restart', 'nginx'])
    await stack.healthy('nginx')
    try {
      const failures: string[] = []
      let asked = 0
      let isOver = false
      const visitor = async (path: string) => {
        while (!isOver) {
          asked += 1
          const answer = await ask(stack.httpsUrl, path).catch((error: unknown) => ({ status: String(error) }))
          if (answer.status !== 200) failures.push(`${path} ${answer.status}`)
          await pause(20)
        }
      }
      const visitors = [post.url, post.media, '/static/hello.txt', post.media].map(visitor)
      for (let turn = 0; turn < 8; turn += 1) {
        await pause(1_000)
        const before = await shown()
        if (turn % 2) await renew()
        await stack.compose(['exec', '--no-TTY', 'nginx', 'nginx', '-s', 'reload'])
        if (turn % 2) await eventually(async () => expect(await shown()).not.toBe(before), 10)
      }
      await pause(1_000)
      isOver = true
      await Promise.all(visitors)
      figure(
        `17. ${asked} requests over https through eight reloads, four of them with a new certificate: ${failures.length} failed`,
      )
      expect(failures).toEqual([])
    } finally {
      for (const name of ['fullchain.pem', 'privkey.pem']) await rm(join(folder, name), { force: true })
      await stack.compose(['restart', 'nginx'])
      await stack.healthy('nginx')
    }
  }, 180_000)
}

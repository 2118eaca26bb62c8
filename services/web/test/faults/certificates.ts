import { makeAuthority } from '../certificates.ts'
import { eventually, figure, pause } from '../stack/stack.ts'
import { askedDuring, putPair, removePair, shownCertificate } from '../stack/tls.ts'
import type { TheHouse } from './house.ts'

/** nginx takes up new settings and certificates while everybody goes on. */
export function certificates(house: TheHouse): void {
  it('17. reloads and renewed certificates under load fail nobody', async () => {
    const { stack, post } = house()
    const authority = await makeAuthority()
    const renew = async () => putPair(stack, await authority.issue('localhost'))
    const shown = async () => (await shownCertificate(stack, 'localhost', authority.cert)).fingerprint256
    await renew()
    await stack.compose(['restart', 'nginx'])
    await stack.healthy('nginx')
    try {
      const paths = [post.url, post.media, '/static/hello.txt', post.media]
      const { asked, failures } = await askedDuring(stack, paths, async () => {
        for (let turn = 0; turn < 8; turn += 1) {
          await pause(1_000)
          const before = await shown()
          if (turn % 2) await renew()
          await stack.compose(['exec', '--no-TTY', 'nginx', 'nginx', '-s', 'reload'])
          if (turn % 2) await eventually(async () => expect(await shown()).not.toBe(before), 10)
        }
        await pause(1_000)
      })
      figure(
        `17. ${asked} requests over https through eight reloads, four of them with a new certificate: ${failures.length} failed`,
      )
      expect(failures).toEqual([])
    } finally {
      await removePair(stack)
      await stack.compose(['restart', 'nginx'])
      await stack.healthy('nginx')
    }
  }, 180_000)
}

import { chmod, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect, type PeerCertificate } from 'node:tls'
import type { Certificate } from '../certificates.ts'
import { pause, type Stack } from './stack.ts'
import { ask } from './visitor.ts'

/** What nginx shows over https, and what is put into nginx/tls for it. */

/** Puts a file into the folder of a stack, for the users of its containers to read. */
export async function putFile({ folder }: Stack, file: string, text: string): Promise<void> {
  await writeFile(join(folder, file), text)
  await chmod(join(folder, file), 0o644)
}

export async function putPair(stack: Stack, { cert, key }: Certificate): Promise<void> {
  await putFile(stack, 'nginx/tls/fullchain.pem', cert)
  await putFile(stack, 'nginx/tls/privkey.pem', key)
}

export async function removePair({ folder }: Stack): Promise<void> {
  for (const file of ['fullchain.pem', 'privkey.pem']) await rm(join(folder, 'nginx/tls', file), { force: true })
}

/**
 * The certificate that nginx shows to a visitor who asks for a name.
 * @param ca whom that visitor trusts, and nobody else, in PEM
 * @throws if it is not for the name, or not by that authority
 */
export function shownCertificate(stack: Stack, servername: string, ca: string): Promise<PeerCertificate> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(stack.httpsUrl)
    const socket = connect({ host: hostname, port: Number(port), servername, ca }, () => {
      resolve(socket.getPeerCertificate())
      socket.destroy()
    })
    socket.on('error', reject)
  })
}

/**
 * Asks for pages over https, each again and again, all the while something is done.
 * @returns how many times, and what was answered other than 200
 */
export async function askedDuring(
  stack: Stack,
  paths: readonly string[],
  act: () => Promise<unknown>,
): Promise<{ asked: number; failures: string[] }> {
  const report = { asked: 0, failures: [] as string[] }
  let isOver = false
  const visitors = paths.map(async (path) => {
    while (!isOver) {
      report.asked += 1
      const answer = await ask(stack.httpsUrl, path).catch((error: unknown) => ({ status: String(error) }))
      if (answer.status !== 200) report.failures.push(`${path} ${answer.status}`)
      await pause(20)
    }
  })
  try {
    await act()
  } finally {
    isOver = true
    await Promise.all(visitors)
  }
  return report
}

import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'

/** A secret that is made once, and kept in a file that only we can read. */
export async function keptSecret(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    const secret = randomBytes(24).toString('hex')
    await writeFile(file, secret, { mode: 0o600 })
    return secret
  }
}

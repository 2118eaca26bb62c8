import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { lintSource } from '@secretlint/core'
import { creator as recommended } from '@secretlint/secretlint-rule-preset-recommend'

const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', maxBuffer: 1 << 30 })

interface Blob {
  id: string
  path: string
}

/** Every version of every file that any commit holds, and what is to be committed next. */
function everyBlob(): Blob[] {
  const listed = git('rev-list', '--objects', '--all')
    .split('\n')
    .map((line) => ({ id: line.slice(0, 40), path: line.slice(41) }))
    .filter(({ path }) => path)
  const types = execFileSync('git', ['cat-file', '--batch-check=%(objecttype)'], {
    input: listed.map(({ id }) => id).join('\n'),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  }).split('\n')
  return listed.filter((_, index) => types[index] === 'blob')
}

const blobs = everyBlob()

describe('the whole history of the repository', () => {
  it('is there to be looked through', () => {
    expect(git('rev-parse', '--is-shallow-repository').trim()).toBe('false')
    expect(blobs.length).toBeGreaterThan(50)
  })

  it('holds no file that is made to hold secrets', () => {
    const secret =
      /(^|\/)\.env$|(^|\/)\.env\.prod(\.(db|replication|backup))?$|\.(pem|key|p12|pfx)$|(^|\/)id_(rsa|ed25519)$/
    expect(blobs.filter(({ path }) => secret.test(path))).toEqual([])
  })

  it('holds no credential that a scanner knows', async () => {
    const found: string[] = []
    for (const { id, path } of blobs) {
      if (/\.(png|ico|jpe?g|webp|avif|gif)$/.test(path)) continue
      found.push(...(await scan(git('cat-file', 'blob', id), path)))
    }
    expect(found).toEqual([])
  })

  it('has a scanner that would notice', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const content = String(privateKey.export({ type: 'pkcs1', format: 'pem' }))
    expect(await scan(content, 'notes.txt')).not.toHaveLength(0)
  })
})

async function scan(content: string, path: string): Promise<string[]> {
  const { messages } = await lintSource({
    source: { content, filePath: `/${path}`, contentType: 'text' },
    options: { config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: recommended }] } },
  })
  return messages.map(({ message }) => `${path}: ${message}`)
}

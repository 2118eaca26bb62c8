import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { lintSource } from '@secretlint/core'
import { creator as recommended } from '@secretlint/secretlint-rule-preset-recommend'

const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', maxBuffer: 1 << 30 })

interface Blob {
  id: string
  path: string
}

/** Every version of every file that any commit holds. */
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

/** The lines that a commit has added, one after another, and in which file each is. */
interface Addition {
  commit: string
  lines: string[]
  paths: string[]
}

/** What commits have added, and what is to be committed next: whatever any version of a file holds was added once. */
function everyAddition(): Addition[] {
  const asPatch = ['--patch', '--unified=0', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color', '--text']
  const patches =
    git('log', '--all', '--diff-merges=separate', '--format=commit %h', ...asPatch) +
    `commit not made yet\n${git('diff', 'HEAD', ...asPatch)}`
  const additions: Addition[] = []
  let path = ''
  let isInside = false
  for (const line of patches.split('\n')) {
    const addition = additions.at(-1)
    if (line.startsWith('commit ')) additions.push({ commit: line.slice('commit '.length), lines: [], paths: [] })
    else if (line.startsWith('diff --git ')) isInside = false
    else if (line.startsWith('@@ ')) isInside = true
    else if (line.startsWith('+++ ') && !isInside) path = line.slice('+++ b/'.length)
    else if (line.startsWith('+') && isInside && !isPicture.test(path)) {
      addition?.lines.push(line.slice(1))
      addition?.paths.push(path)
    }
  }
  return additions
}

const isPicture = /\.(png|ico|jpe?g|webp|avif|gif)$/

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
    for (const addition of everyAddition()) found.push(...(await scan(addition)))
    expect(found).toEqual([])
  })

  it('has a scanner that would notice', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const lines = String(privateKey.export({ type: 'pkcs1', format: 'pem' })).split('\n')
    const notes = { lines: ['# Notes', ...lines], paths: ['notes.md', ...lines.map(() => 'notes.txt')] }
    expect(await scan({ commit: 'a commit', ...notes })).toEqual([expect.stringMatching(/^a commit, notes\.txt: /)])
  })
})

async function scan({ commit, lines, paths }: Addition): Promise<string[]> {
  const { messages } = await lintSource({
    source: { content: lines.join('\n'), filePath: `/${commit}`, contentType: 'text' },
    options: { config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: recommended }] } },
  })
  return messages.map(({ message, loc }) => `${commit}, ${paths[loc.start.line - 1]}: ${message}`)
}

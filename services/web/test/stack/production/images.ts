import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lintSource } from '@secretlint/core'
import { creator as recommended } from '@secretlint/secretlint-rule-preset-recommend'
import { docker, run } from '../stack.ts'
import type { TheHouse } from './house.ts'

interface Component {
  name: string
  version: string
}

/** What our images are made of, layer by layer: whoever has an image has all of it, also what a later layer has removed. */
export function images(house: TheHouse): void {
  const imagesOf = async () => [...new Set((await house().stack.containers()).map(({ Image }) => Image))]

  describe('the images', () => {
    it('hold no secret in any layer, nor in how they came to be', async () => {
      const ids = await imagesOf()
      expect(ids).toHaveLength(4)
      for (const id of ids) expect([id, await secretsIn(id)]).toEqual([id, []])
    }, 240_000)

    it('are looked through by something that would notice, also what was removed again', async () => {
      const { stack } = house()
      const folder = await mkdtemp(join(tmpdir(), 'gramstack-leaky-'))
      const tag = `${stack.project}-leaky`
      const token = `ghp_${'0123456789abcdefABCDEFGHIJKLMNOPQRST'}`
      try {
        await writeFile(join(folder, '.env.prod'), 'DATABASE_PASSWORD=x\n')
        await writeFile(join(folder, 'notes.txt'), `a token of GitHub: ${token}\n`)
        const lines = [
          `FROM ${stack.project}-nginx`,
          'COPY --chown=101:101 .env.prod notes.txt /tmp/',
          'RUN rm /tmp/.env.prod',
          `LABEL was=${token}`,
        ]
        await writeFile(join(folder, 'Dockerfile'), lines.join('\n'))
        await docker(['build', '--quiet', '--tag', tag, folder])
        expect(await secretsIn(tag)).toEqual([
          'tmp/.env.prod is a file that holds secrets',
          expect.stringMatching(/^tmp\/notes\.txt: found GitHub Token/i),
          expect.stringMatching(/^history: found GitHub Token/i),
        ])
      } finally {
        await run('docker', ['image', 'rm', '--force', tag])
        await rm(folder, { recursive: true })
      }
    }, 120_000)

    it('say which packages the app is made of, and where that is said', async () => {
      const { stack } = house()
      const { Image } = await stack.container('web')
      const place = (await docker(['inspect', '--format', '{{index .Config.Labels "gramstack.sbom"}}', Image])).stdout
      const bill = JSON.parse((await docker(['run', '--rm', '--entrypoint', 'cat', Image, place.trim()])).stdout)
      expect([bill.bomFormat, bill.metadata.component.purl]).toEqual(['CycloneDX', 'pkg:npm/gramstack@0.1.0'])
      const listed = new Set(bill.components.map(({ name, version }: Component) => `${name} ${version}`))
      const { dependencies } = JSON.parse(await readFile(join(stack.folder, 'package.json'), 'utf8'))
      const own = Object.entries(dependencies).map(([name, version]) => `${name} ${version}`)
      expect(own.filter((one) => !listed.has(one))).toEqual([])
      // No less than what is there, and no more.
      const { stdout } = await docker([
        'run',
        '--rm',
        '--entrypoint',
        'cat',
        Image,
        '/app/node_modules/.package-lock.json',
      ])
      const { packages } = JSON.parse(stdout) as { packages: Record<string, { version: string }> }
      const installed = Object.entries(packages).map(
        ([path, { version }]) => `${path.replace(/^.*node_modules\//, '')} ${version}`,
      )
      expect([...listed].sort()).toEqual([...new Set(installed)].sort())
    })
  })
}

const secretFile =
  /(^|\/)(\.env(\.[^/]*)?|\.npmrc|\.netrc|\.pgpass|\.git|id_(rsa|ecdsa|ed25519)|\.docker\/config\.json|\.aws\/credentials)$|\.(key|p12|pfx|jks)$|(^|\/)privkey[^/]*\.pem$/

/** What others have published, as it came: nobody can have put a secret of ours into it. */
const published = ['*/node_modules', 'usr/lib', 'usr/share/doc', 'usr/share/perl', 'var/lib/dpkg', 'var/cache']

/** Whatever in an image looks like a secret, in a word each. */
async function secretsIn(image: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gramstack-image-'))
  const shell = (command: string) => run('sh', ['-c', command], { cwd: folder })
  const found: string[] = []
  try {
    await docker(['save', '--output', join(folder, 'image.tar'), image])
    await shell('tar -xf image.tar && rm image.tar')
    const [manifest] = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
    const config = JSON.parse(await readFile(join(folder, manifest.Config), 'utf8'))
    const upstream = await layersOfBases()
    for (const [index, layer] of (manifest.Layers as string[]).entries()) {
      if (upstream.has(config.rootfs.diff_ids[index])) continue
      const names = (await shell(`tar -tf ${layer}`)).stdout.split('\n').filter(Boolean)
      for (const name of names)
        if (secretFile.test(name) && !name.includes('/node_modules/'))
          found.push(`${name} is a file that holds secrets`)
      await mkdir(join(folder, 'layer'))
      const exclude = published.map((path) => `--exclude='${path}'`).join(' ')
      await shell(`tar -xf ${layer} -C layer --no-same-owner --no-same-permissions ${exclude}`)
      for (const entry of await readdir(join(folder, 'layer'), { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name)
        const name = path.slice(join(folder, 'layer').length + 1)
        if (!entry.isFile() || secretFile.test(name)) continue
        const bytes = await readFile(path)
        if (bytes.length < 1_000_000 && !bytes.includes(0)) found.push(...(await lint(bytes.toString(), name)))
      }
      await rm(join(folder, 'layer'), { recursive: true })
    }
    found.push(...(await lint(JSON.stringify([config.history, config.config], null, 1), 'history')))
    for (const line of config.config.Env ?? [])
      if (/^\w*(PASSWORD|SECRET|TOKEN)\w*=./.test(line))
        found.push(`a secret in the environment: ${line.split('=')[0]}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return [...new Set(found)]
}

/** The layers of the images that ours are made from. */
async function layersOfBases(): Promise<Set<string>> {
  const files = ['nginx/Dockerfile', ...['web', 'postgres', 'pgbouncer'].map((name) => `services/${name}/Dockerfile`)]
  const layers = new Set<string>()
  for (const file of files) {
    const text = await readFile(new URL(`../../../../../${file}`, import.meta.url), 'utf8')
    for (const [, base = ''] of text.matchAll(/^FROM (\S+:\S+)/gm)) {
      const { stdout } = await docker(['image', 'inspect', '--format', '{{json .RootFS.Layers}}', base])
      for (const layer of JSON.parse(stdout)) layers.add(layer)
    }
  }
  expect(layers.size).toBeGreaterThan(3)
  return layers
}

async function lint(content: string, path: string): Promise<string[]> {
  const { messages } = await lintSource({
    source: { content, filePath: `/${path}`, contentType: 'text' },
    options: {
      maskSecrets: true,
      config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: recommended }] },
    },
  })
  return messages.map(({ message }) => `${path}: ${message}`)
}

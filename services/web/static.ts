/**
 * Builds the static files: services/web/public, and the modules of services/web/client bundled → dist/public, each with its content's hash in its name, minified, and a
 * .gz beside it for nginx's gzip_static; dist/assets.json tells the pages which is which.
 * Files that are asked for by a fixed name keep it.
 */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { transform } from 'esbuild'
import { bundle } from './src/views/bundle.ts'

const source = fileURLToPath(new URL('public/', import.meta.url))
const modules = fileURLToPath(new URL('client/', import.meta.url))
const dist = fileURLToPath(new URL('../../dist/', import.meta.url))
const output = join(dist, 'public')

// Asked for by name: by browsers, by the tutorial, by nginx's own error pages.
const fixedNames = new Set(['favicon.ico', 'robots.txt', 'hello.txt', 'error.css'])
const compressible = new Set(['.css', '.js', '.svg', '.txt', '.json', '.ico'])

await rm(output, { recursive: true, force: true })
await mkdir(output, { recursive: true })

const manifest: Record<string, string> = {}
const files = new Map<string, Buffer>()
for (const name of (await readdir(source)).sort()) files.set(name, await readFile(join(source, name)))
for (const name of (await readdir(modules)).sort()) {
  if (name.endsWith('.ts')) files.set(`${name.slice(0, -3)}.js`, await bundle(join(modules, name), true))
}

for (const [name, original] of files) {
  const extension = extname(name)
  const content =
    extension === '.css' ? Buffer.from((await transform(original, { loader: 'css', minify: true })).code) : original
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 8).toUpperCase()
  const built = fixedNames.has(name) ? name : `${name.slice(0, -extension.length)}-${hash}${extension}`
  manifest[name] = built
  await writeFile(join(output, built), content)
  if (compressible.has(extension)) await writeFile(join(output, `${built}.gz`), gzipSync(content, { level: 9 }))
}
await writeFile(join(dist, 'assets.json'), JSON.stringify(manifest))

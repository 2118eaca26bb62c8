/**
 * Builds the static files: services/web/public, the modules of services/web/client, the service worker and the style sheet of
 * services/web/styles bundled, → dist/public, each with its content's hash in its name, minified, and a .gz beside it for nginx's
 * gzip_static; dist/assets.json tells the pages which is which. Files that are asked for by a fixed name keep it.
 */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { transform } from 'esbuild'
import { bundle } from './src/views/bundle.ts'

const source = fileURLToPath(new URL('public/', import.meta.url))
const styles = fileURLToPath(new URL('styles/', import.meta.url))
const client = fileURLToPath(new URL('client/', import.meta.url))
const serviceWorker = fileURLToPath(new URL('service-worker/service-worker.ts', import.meta.url))
const dist = fileURLToPath(new URL('../../dist/', import.meta.url))
const output = join(dist, 'public')

// Asked for by name: by browsers, by the tutorial, by nginx's own error pages, by the service worker.
const fixedNames = new Set(['favicon.ico', 'robots.txt', 'hello.txt', 'error.css', 'icon-192.png', 'service-worker.js'])
const compressible = new Set(['.css', '.js', '.svg', '.txt', '.json', '.ico'])

await rm(output, { recursive: true, force: true })
await mkdir(output, { recursive: true })

const manifest: Record<string, string> = {}
for (const name of (await readdir(source)).sort()) {
  const original = await readFile(join(source, name))
  await put(
    name,
    extname(name) === '.css' ? (await transform(original, { loader: 'css', minify: true })).code : original,
  )
}
await put('app.css', await bundle(join(styles, 'app.css')))
// Folders there hold what the modules are made of.
for (const name of (await readdir(client)).filter((entry) => entry.endsWith('.ts')).sort()) {
  await put(name.replace(/\.ts$/, '.js'), await bundle(join(client, name)))
}
await put('service-worker.js', await bundle(serviceWorker))
await writeFile(join(dist, 'assets.json'), JSON.stringify(manifest))

async function put(name: string, content: string | Buffer): Promise<void> {
  const extension = extname(name)
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 8).toUpperCase()
  const built = fixedNames.has(name) ? name : `${name.slice(0, -extension.length)}-${hash}${extension}`
  manifest[name] = built
  await writeFile(join(output, built), content)
  if (compressible.has(extension)) await writeFile(join(output, `${built}.gz`), gzipSync(content, { level: 9 }))
}

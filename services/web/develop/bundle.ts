import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { type BuildContext, context, type Plugin } from 'esbuild'

/** Puts all modules of ours that one of them needs into one file. Packages stay outside. */
export class Bundle {
  readonly #entry: string
  readonly #outfile: string
  /** Modules that ask where they are. */
  readonly #asking = new Set<string>()
  #context: BuildContext | undefined

  constructor({ entry, outfile }: { entry: string; outfile: string }) {
    this.#entry = entry
    this.#outfile = outfile
  }

  /**
   * @param saved modules that are new or were saved since the last time: what has not changed is not read again, which halves the time
   * @returns the names of the packages that it imports; fails with esbuild's own words where something cannot be put together
   */
  async put(saved: readonly string[]): Promise<string[]> {
    await this.#findAsking(saved)
    this.#context ??= await context({
      entryPoints: [this.#entry],
      outfile: this.#outfile,
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      target: 'node24',
      sourcemap: 'linked',
      sourcesContent: false,
      metafile: true,
      logLevel: 'silent',
      plugins: [placesOf([...this.#asking])],
    })
    const { metafile } = await this.#context.rebuild()
    const imports = Object.values(metafile?.outputs ?? {}).flatMap(({ imports }) => imports)
    return [...new Set(imports.filter(({ external }) => external).map(({ path }) => path))]
  }

  /** What was put together without knowing of one that asks is forgotten. */
  async #findAsking(modules: readonly string[]): Promise<void> {
    const texts = await Promise.all(modules.map((path) => readFile(path, 'utf8')))
    const found = modules.filter((path, index) => texts[index]?.includes('import.meta.url') && !this.#asking.has(path))
    if (found.length === 0) return
    for (const path of found) this.#asking.add(path)
    await this.#context?.dispose()
    this.#context = undefined
  }
}

/** Modules that ask where they are are still where their source is: what they read, and the processes that they start, lie beside that. */
function placesOf(paths: readonly string[]): Plugin {
  const names = paths.map((path) => path.replace(/[^\w/]/g, '\\$&'))
  return {
    name: 'places',
    setup({ onLoad }) {
      // None but these, for each is asked of this process.
      onLoad({ filter: new RegExp(`^(?:${names.join('|')})$`) }, async ({ path }) => ({
        contents: (await readFile(path, 'utf8')).replaceAll(
          'import.meta.url',
          JSON.stringify(pathToFileURL(path).href),
        ),
        loader: path.endsWith('x') ? 'tsx' : 'ts',
      }))
    },
  }
}

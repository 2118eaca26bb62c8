import { stat } from 'node:fs/promises'

/**
 * Bundles what browsers get: a client module with its packages, or a style sheet with its parts, into one file that any browser of the
 * last years understands.
 * @param file TypeScript or CSS
 * @returns JavaScript or CSS
 */
export async function bundle(file: string): Promise<string> {
  return (await make(file)).text
}

interface Bundle {
  text: string
  /** The files that went into it. */
  inputs: string[]
  newestInput: number
}

const made = new Map<string, Bundle>()

/** The same, made anew only where one of the files that went into it has been changed since. */
export async function bundleIfChanged(file: string): Promise<string> {
  const before = made.get(file)
  if (before && (await newest(before.inputs)) === before.newestInput) return before.text
  const bundle = await make(file)
  made.set(file, bundle)
  return bundle.text
}

async function make(file: string): Promise<Bundle> {
  // A tool of the build, which is not there in production: asked for only here.
  const { build } = await import('esbuild')
  const { outputFiles, metafile } = await build({
    entryPoints: [file],
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['es2022', 'chrome123', 'firefox121', 'safari17.5'],
    legalComments: 'inline',
    write: false,
    metafile: true,
  })
  const inputs = Object.keys(metafile.inputs)
  return { text: outputFiles.map(({ text }) => text).join(''), inputs, newestInput: await newest(inputs) }
}

/** When the file was changed that was changed last; not a number if one is gone. */
async function newest(files: readonly string[]): Promise<number> {
  const times = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => Number.NaN,
      ),
    ),
  )
  return Math.max(...times)
}

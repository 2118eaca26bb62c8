/**
 * Bundles a client module with its packages into one that any browser of the last years runs.
 * @param file its TypeScript
 * @returns JavaScript
 */
export async function bundle(file: string): Promise<string> {
  // A tool of the build, which is not there in production: asked for only here.
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'inline',
    write: false,
  })
  return outputFiles.map(({ text }) => text).join('')
}

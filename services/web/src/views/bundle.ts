/**
 * Bundles what browsers get: a client module with its packages, or a style sheet with its parts, into one file that any browser of the
 * last years understands.
 * @param file TypeScript or CSS
 * @returns JavaScript or CSS
 */
export async function bundle(file: string): Promise<string> {
  // A tool of the build, which is not there in production: asked for only here.
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['es2022', 'chrome123', 'firefox121', 'safari17.5'],
    legalComments: 'inline',
    write: false,
  })
  return outputFiles.map(({ text }) => text).join('')
}

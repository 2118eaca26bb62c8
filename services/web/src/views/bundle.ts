/** One module with all that it imports, for the browsers of the last three years. */
export async function bundle(path: string, minify: boolean): Promise<Buffer> {
  // What production is without.
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    minify,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  })
  return Buffer.from(outputFiles[0]?.contents ?? '')
}

import { existsSync, readFileSync } from 'node:fs'

// Beside the build, or above the source.
const file = ['../package.json', '../../../package.json']
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(url))

/** Which Gramstack this is, as in 1.2.3. */
export const version: string = file ? JSON.parse(readFileSync(file, 'utf8')).version : 'unknown'

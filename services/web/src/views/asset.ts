import { readFileSync } from 'node:fs'

/**
 * Static files have their content's hash in their name once built (dist/assets.json maps plain to hashed), so that they can
 * be cached for ever. Run from the source, they go by their plain names.
 */
const hashedNames: Readonly<Record<string, string>> = readManifest()

/** The URL of a file of services/web/public. */
export function asset(name: string): string {
  return `/static/${hashedNames[name] ?? name}`
}

function readManifest(): Record<string, string> {
  try {
    return JSON.parse(readFileSync(new URL('../assets.json', import.meta.url), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}

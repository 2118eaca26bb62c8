import { readFileSync } from 'node:fs'

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../../../${name}`, import.meta.url), 'utf8'))
const { dependencies, devDependencies, allowScripts } = read('package.json')
const lock = read('package-lock.json') as {
  packages: Record<string, { resolved?: string; integrity?: string; hasInstallScript?: boolean; link?: boolean }>
}

describe('the packages that we build on', () => {
  it('are pinned to one version each', () => {
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version)),
    )
    expect(loose).toEqual([])
  })

  it('are locked by their hash, wherever they come from', () => {
    const entries = Object.entries(lock.packages).filter(([path]) => path)
    expect(entries.length).toBeGreaterThan(100)
    expect(entries.filter(([, { integrity, resolved }]) => !integrity || resolved)).toEqual([])
  })

  it('run install scripts only where package.json says so by name', () => {
    const named = (path: string) => path.replace(/^.*node_modules\//, '')
    const undecided = Object.entries(lock.packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => named(path))
      .filter((name) => !(name in allowScripts))
    expect(undecided).toEqual([])
  })
})

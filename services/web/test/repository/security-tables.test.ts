import { existsSync, readFileSync } from 'node:fs'

const folder = new URL('../../../../docs/', import.meta.url)
const text = readFileSync(new URL('security.md', folder), 'utf8')

/** The rows of a section: what stands in each cell. */
function rowsBelow(heading: string): string[][] {
  const from = text.indexOf(`\n## ${heading}`)
  expect(from).toBeGreaterThan(0)
  const end = text.indexOf('\n## ', from + 1)
  const lines = text.slice(from, end < 0 ? undefined : end).split('\n')
  const cells = lines.filter((line) => /^\| \d/.test(line)).map((line) => line.slice(1, -1).split('|'))
  return cells.map((row) => row.map((cell) => cell.trim()))
}

/** How many requirements of levels 1 and 2 each chapter of ASVS 5.0.0 has. */
const ofChapter = [27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7]

describe('docs/security.md', () => {
  it('names only what is there', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)(#[^)]*)?\)/g)]
    expect(links.length).toBeGreaterThan(200)
    expect(links.filter(([, path]) => path && !existsSync(new URL(path, folder))).map(([link]) => link)).toEqual([])
    const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    )
    for (const [link, , fragment] of links)
      if (fragment && link.startsWith('](#'))
        expect([link, headings]).toEqual([link, expect.arrayContaining([fragment.slice(1)])])
  })

  it('has every requirement of ASVS 5.0.0 at levels 1 and 2, once', () => {
    const rows = rowsBelow('OWASP ASVS 5.0.0')
    expect(new Set(rows.map(([id]) => id)).size).toBe(rows.length)
    const counted = ofChapter.map((_, index) => rows.filter(([id]) => id?.startsWith(`${index + 1}.`)).length)
    expect(counted).toEqual(ofChapter)
    for (const [id, level] of rows) expect([id, ['1', '2']]).toEqual([id, expect.arrayContaining([level])])
  })

  it('has every recommendation of sections 4 and 5 of the CIS Docker Benchmark, once', () => {
    const ids = [
      ...Array.from({ length: 12 }, (_, index) => `4.${index + 1}`),
      ...Array.from({ length: 32 }, (_, index) => `5.${index + 1}`),
    ]
    expect(rowsBelow('CIS Docker Benchmark').map(([id]) => id)).toEqual(ids)
  })

  it('says of each whether it is met, and how, or why not', () => {
    const rows = [...rowsBelow('OWASP ASVS 5.0.0'), ...rowsBelow('CIS Docker Benchmark')]
    for (const row of rows) {
      const [met, how = ''] = row.slice(-2)
      expect([row[0], ['yes', '–', 'in part', 'open']]).toEqual([row[0], expect.arrayContaining([met])])
      expect([row[0], how.length > 3]).toEqual([row[0], true])
    }
  })

  it('counts them right', () => {
    const rows = rowsBelow('OWASP ASVS 5.0.0')
    const count = (met: string) => rows.filter((row) => row.at(-2) === met).length
    expect(text).toContain(
      `all ${rows.length} requirements: ${count('yes')} are met, ${count('in part')} in part, ${count('open')} are open`,
    )
  })

  it('has the limits of accounts as they are', () => {
    const limits = readFileSync(new URL('../services/web/src/rate-limits/limits.ts', folder), 'utf8')
    const figures = [...limits.matchAll(/\[(\d+), [^\]]+\]/g)].map(([, figure]) => Number(figure))
    expect(figures.length).toBeGreaterThan(12)
    const from = text.indexOf('## How much an account may do')
    const section = text.slice(from, text.indexOf('\n## ', from + 1))
    for (const figure of figures) expect(section).toMatch(new RegExp(`\\b${figure.toLocaleString('en')}\\b`))
  })
})

import { readFileSync } from 'node:fs'

const root = new URL('../../../../', import.meta.url)
const files = [
  'nginx/Dockerfile',
  'services/web/Dockerfile',
  'services/postgres/Dockerfile',
  'services/pgbouncer/Dockerfile',
  'services/backup/Dockerfile',
  'services/certbot/Dockerfile',
]

/** What the CIS Docker Benchmark asks of how an image is made (docs/security.md). What comes of it is asked of the images themselves. */
describe.each(files)('%s', (file) => {
  const instructions = readFileSync(new URL(file, root), 'utf8')
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter(Boolean)
  const all = (name: string) => instructions.filter((line) => line.startsWith(`${name} `))

  it('ends as a user who is not root, with a health check', () => {
    expect(all('USER').length).toBeGreaterThan(0)
    for (const line of all('USER')) expect(line).not.toMatch(/USER (root|0)\b/)
    expect(all('HEALTHCHECK')).toHaveLength(1)
  })

  it('copies what is there, and fetches nothing by the way', () => {
    expect(all('ADD')).toEqual([])
    expect(all('RUN').filter((line) => /\b(curl|wget)\b/.test(line))).toEqual([])
  })

  it('asks for the newest list of packages where it installs some, and keeps none of it', () => {
    for (const line of all('RUN').filter((line) => line.includes('apt-get')))
      expect(line).toMatch(/apt-get update .*apt-get install .*--no-install-recommends .*rm -rf \/var\/lib\/apt\/lists/)
  })

  it('is told no secret', () => {
    expect(all('ARG')).toEqual([])
    expect(all('ENV').filter((line) => /PASSWORD|SECRET|TOKEN/.test(line))).toEqual([])
    expect(all('COPY').filter((line) => /\.env|\.pem|\.key|COPY \. /.test(line))).toEqual([])
  })
})

import { ConfigError, readConfig } from './config.ts'

const good = { DATABASE_HOST: 'pgbouncer', DATABASE_PASSWORD: 'a secret of some length', MEDIA_ROOT: '/media' }

describe('settings', () => {
  it('are complete with an address, a secret and a folder', () => {
    expect(readConfig(good)).toMatchObject({
      port: 3000,
      maxUploadBytes: 25_000_000,
      database: { host: 'pgbouncer', port: 5432 },
    })
  })

  it('complain of everything at once, and say how to mend it', () => {
    const read = () => readConfig({ PORT: '99999' })
    expect(read).toThrow(ConfigError)
    for (const part of [
      /PORT is a whole number from 1 to 65535/,
      /DATABASE_HOST is missing/,
      /DATABASE_PASSWORD is missing/,
      /MEDIA_ROOT is missing/,
      /make-env/,
    ])
      expect(read).toThrow(part)
  })

  it.each([
    ['change-me-please-change-me', /placeholder/],
    ['short', /too short/],
    ['', /missing/],
  ])('refuse the secret "%s"', (secret, complaint) => {
    expect(() => readConfig({ ...good, DATABASE_PASSWORD: secret })).toThrow(complaint)
  })

  it('never show a secret in a complaint', () => {
    expect(() => readConfig({ ...good, DATABASE_PASSWORD: 'hunter2' })).toThrow(expect.not.stringContaining('hunter2'))
  })

  it('take migrations to the direct address, if there is one', () => {
    expect(readConfig({ ...good, DATABASE_DIRECT_HOST: 'db' }).directDatabase).toMatchObject({ host: 'db', port: 5432 })
    expect(readConfig(good).directDatabase.host).toBe('pgbouncer')
  })

  it.each([
    ['https://photos.example.org', 'https://photos.example.org'],
    ['HTTP://Photos.example.org:8080/', 'http://photos.example.org:8080'],
    ['', undefined],
  ])('take "%s" for the address that others know', (given, origin) => {
    expect(readConfig({ ...good, PUBLIC_URL: given }).publicUrl).toBe(origin)
  })

  it.each([
    'photos.example.org',
    'ftp://example.org',
    'https://example.org/photos',
    'https://me@example.org',
    'https://a?b',
  ])('refuse the address "%s"', (given) => {
    expect(() => readConfig({ ...good, PUBLIC_URL: given })).toThrow(/PUBLIC_URL is an address without a path/)
  })
})

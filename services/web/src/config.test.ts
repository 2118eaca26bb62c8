import { ConfigError, readConfig, readLocalConfig } from './config.ts'

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

  it('give each of several processes in one container its own port for metrics, and none if none is wanted', () => {
    expect(readConfig(good).metricsPort).toBeUndefined()
    expect(readConfig({ ...good, METRICS_PORT: '9464' }).metricsPort).toBe(9464)
    expect(readConfig({ ...good, METRICS_PORT: '9464', NODE_APP_INSTANCE: '2' }).metricsPort).toBe(9466)
    expect(() => readConfig({ ...good, METRICS_PORT: 'none' })).toThrow(/METRICS_PORT is a whole number/)
    expect(() => readConfig({ ...good, NGINX_STATUS_URL: 'nginx:8081' })).toThrow(/NGINX_STATUS_URL is an address/)
  })

  describe('of mail', () => {
    const mail = {
      ...good,
      SMTP_HOST: 'smtp.example',
      PUBLIC_URL: 'https://photos.example/',
      MAIL_FROM: 'a@photos.example',
    }

    it('are a server, whom mails come from, and where their links lead', () => {
      expect(readConfig(mail).mail).toEqual({
        publicUrl: 'https://photos.example',
        smtp: {
          host: 'smtp.example',
          port: 587,
          security: 'starttls',
          user: undefined,
          password: undefined,
          from: 'a@photos.example',
        },
      })
      expect(readConfig({ ...mail, SMTP_SECURITY: 'tls' }).mail?.smtp?.port).toBe(465)
    })

    it.each([
      [{ PUBLIC_URL: '' }, /PUBLIC_URL is missing/],
      [{ PUBLIC_URL: 'photos.example' }, /PUBLIC_URL is an address without a path/],
      [{ PUBLIC_URL: 'ftp://photos.example' }, /PUBLIC_URL is an address without a path/],
      [{ PUBLIC_URL: 'https://photos.example/path' }, /PUBLIC_URL is an address without a path/],
      [{ PUBLIC_URL: 'https://eve@photos.example' }, /PUBLIC_URL is an address without a path/],
      [{ MAIL_FROM: '' }, /MAIL_FROM is missing/],
      [{ MAIL_FROM: 'nobody' }, /MAIL_FROM is an address/],
      [{ MAIL_FROM: 'a@b.example\nBcc: c@d.example' }, /MAIL_FROM is an address/],
      [{ SMTP_USER: 'ada' }, /SMTP_PASSWORD and SMTP_USER are given both/],
      [{ SMTP_SECURITY: 'maybe' }, /SMTP_SECURITY is starttls, tls or none/],
    ])('are refused where %j does not do', (wrong, complaint) => {
      expect(() => readConfig({ ...mail, ...wrong })).toThrow(complaint)
    })

    it('may be left out: then there is none, and in development it is shown', () => {
      expect(readConfig(good).mail).toBeUndefined()
      expect(readConfig({ ...good, NODE_ENV: 'production' }).mail).toBeUndefined()
      expect(readConfig({ ...good, NODE_ENV: 'development', PORT: '1337' }).mail).toEqual({
        publicUrl: 'http://localhost:1337',
        smtp: undefined,
      })
    })

    it('show none to a network that others are on', () => {
      const address = { host: 'h', port: 1, database: 'd', user: 'u', password: 'a secret of some length' }
      expect(readLocalConfig(address, {}, {}).mail).toMatchObject({ publicUrl: 'http://localhost:1337' })
      expect(readLocalConfig(address, {}, { HOST: '0.0.0.0' }).mail).toBeUndefined()
    })
  })

  it('take migrations to the direct address, if there is one', () => {
    expect(readConfig({ ...good, DATABASE_DIRECT_HOST: 'db' }).directDatabase).toMatchObject({ host: 'db', port: 5432 })
    expect(readConfig(good).directDatabase.host).toBe('pgbouncer')
  })

  it('have no push without a secret, and name somebody to push services who can be written to', () => {
    const secret = 'a secret of some length'
    expect(readConfig(good).push).toBeUndefined()
    expect(readConfig({ ...good, PUSH_SECRET: secret, PUBLIC_URL: 'https://photos.example' }).push).toEqual({
      secret,
      subject: 'https://photos.example',
      mayBePrivate: false,
    })
    const mailed = { PUSH_SECRET: secret, MAIL_FROM: 'Photos <boss@photos.example>', PUSH_SERVICES: 'any' }
    expect(readConfig({ ...good, ...mailed }).push).toMatchObject({
      subject: 'mailto:boss@photos.example',
      mayBePrivate: true,
    })
    expect(() => readConfig({ ...good, PUSH_SECRET: 'short' })).toThrow(/PUSH_SECRET is too short/)
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

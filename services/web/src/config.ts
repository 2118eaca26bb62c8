import { availableParallelism, totalmem } from 'node:os'
import { resolve } from 'node:path'
import { config as loadEnvironmentFile } from 'dotenv'
import { z } from 'zod'
import type { LogLevel } from './log.ts'

/**
 * Everything that can be set from outside, and the only place that names environment variables.
 * There is no default for a secret. Durations and sizes carry their units in the name.
 */

const number = { error: 'is not a number that will do' }
const count = (least: number, most: number) => {
  const complaint = { error: `is a whole number from ${least} to ${most}` }
  return z.coerce.number(complaint).int(complaint).min(least, complaint).max(most, complaint)
}
const port = count(1, 65_535)

const secret = z
  .string({ error: 'is missing' })
  .refine((value) => !value.startsWith('change-me'), 'still holds the placeholder of the example file')
  .refine((value) => value.length >= 16, 'is too short: a secret has 16 characters or more')

const schema = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
  HOST: z.string().min(1).default('0.0.0.0'),
  PORT: port.default(3000),
  DATABASE_HOST: z.string({ error: 'is missing: a host name such as pgbouncer' }).min(1),
  DATABASE_PORT: port.default(5432),
  DATABASE_NAME: z.string().min(1).default('gramstack'),
  DATABASE_USER: z.string().min(1).default('gramstack'),
  DATABASE_PASSWORD: secret,
  /** While it is being changed: what the database will want. */
  DATABASE_PASSWORD_NEXT: secret.optional(),
  DATABASE_POOL_SIZE: count(1, 100).default(10),
  /** Straight to PostgreSQL, past pgbouncer: migrations need a session of their own. */
  DATABASE_DIRECT_HOST: z.string().min(1).optional(),
  DATABASE_DIRECT_PORT: port.optional(),
  MEDIA_ROOT: z.string({ error: 'is missing: the folder that holds the photos' }).min(1),
  LOG_LEVEL: z.enum(['info', 'warn', 'error', 'silent']).default('info'),
  /** Where this process tells Prometheus of itself; nowhere if not given. It is for the inner network: nothing asks who you are there. */
  METRICS_PORT: port.optional(),
  /** pm2's number of a process, of several in one container (WEB_CONCURRENCY): each has the port that far from the first. */
  NODE_APP_INSTANCE: count(0, 1000).default(0),
  /** Where the worker finds what nginx tells of itself; not asked if not given. */
  NGINX_STATUS_URL: z.url({ protocol: /^http$/, error: 'is an address such as http://nginx:8081/' }).optional(),
  /** From how many milliseconds on a statement is logged, with the request's id and route. */
  SLOW_QUERY_MS: count(1, 60_000).default(200),
  /** In millions of bytes; nginx reads the same figure in MiB, so that a form around the file still fits. */
  MAX_UPLOAD_MB: count(1, 1000).default(25),
  MAX_MEGAPIXELS: count(1, 1000).default(100),
  /** How many photos a worker develops at once; if not given one more than there are cores: while one waits for the disk, another computes. */
  WORKER_CONCURRENCY: count(1, 64).optional(),
  /** MiB that a worker's decoding processes may need together; what the container has if not given. */
  DECODING_MB: count(100, 1_000_000).optional(),
  /** How hard AVIF tries: 0 is fastest, 9 makes the smallest files; off makes none. */
  AVIF_EFFORT: z.union([z.literal('off'), count(0, 9)], { error: 'is off, or a whole number from 0 to 9' }).default(3),
  /** For how long the photos of a deleted post are kept. */
  DELETED_POST_DAYS: count(0, 365).default(7),
  /** Who sends photos that not everybody may have, once the app has said yes. */
  MEDIA_SERVER: z.enum(['app', 'nginx'], { error: 'is app or nginx' }).default('app'),
  /**
   * Where others find us, for addresses that leave the house. What each request says if not given, but for links in mails: whoever
   * has one sent to somebody could name another site.
   */
  PUBLIC_URL: z
    .string()
    .transform((given) => URL.parse(given))
    .refine((url) => url !== null && isOrigin(url), {
      error: 'is an address without a path, such as https://photos.example.org',
    })
    .transform((url) => url?.origin)
    .optional(),
  /** The server that takes our mails. Without one there is no mail, and what needs it says so. */
  SMTP_HOST: z.string().min(1).optional(),
  /** If not given 465 with SMTP_SECURITY=tls, else 587. */
  SMTP_PORT: port.optional(),
  SMTP_USER: z.string().min(1).optional(),
  SMTP_PASSWORD: z.string().min(1).optional(),
  /** starttls: encrypted after a first word, or not at all sent; tls: from the first byte; none: a server on this machine. */
  SMTP_SECURITY: z.enum(['starttls', 'tls', 'none'], { error: 'is starttls, tls or none' }).default('starttls'),
  MAIL_FROM: z
    .string()
    .regex(
      /^[^\r\n<>]*(<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
      'is an address such as Gramstack <photos@photos.example>',
    )
    .optional(),
  /** Of it the keys are made by which push services know us. Without it browsers are told nothing while no page is open. */
  PUSH_SECRET: secret.optional(),
  /** Whether browsers may name push services that only a private network reaches. */
  PUSH_SERVICES: z.enum(['public', 'any'], { error: 'is public or any' }).default('public'),
  /** Proxies in front of us whose X-Forwarded-* headers are true. 0: none, the headers are ignored. */
  TRUST_PROXY_HOPS: count(0, 10).default(0),
  /** How many times as much as usual an account may do: src/rate-limits/limits.ts has the figures. */
  RATE_LIMIT_FACTOR: z.coerce
    .number({ error: 'is a number from 0.1 to 10000' })
    .min(0.1, { error: 'is a number from 0.1 to 10000' })
    .max(10_000, { error: 'is a number from 0.1 to 10000' })
    .default(1),
  /** How long a stopping replica turns nginx away before it stops listening; less than fail_timeout in nginx's template. */
  DRAIN_SECONDS: z.coerce.number(number).min(0, number).max(4, number).default(1),
})

function isOrigin(url: URL): boolean {
  return /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`
}

/** What mail needs, all of it or none. */
const complete = schema
  .refine((env) => !env.SMTP_HOST || env.PUBLIC_URL, {
    path: ['PUBLIC_URL'],
    error: 'is missing: links in mails need an address such as https://photos.example',
  })
  .refine((env) => !env.SMTP_HOST || env.MAIL_FROM, {
    path: ['MAIL_FROM'],
    error: 'is missing: mails come from an address such as Gramstack <photos@photos.example>',
  })
  .refine((env) => (env.SMTP_USER === undefined) === (env.SMTP_PASSWORD === undefined), {
    path: ['SMTP_PASSWORD'],
    error: 'and SMTP_USER are given both, or neither',
  })

/** A server that takes mails, and who we are to it. */
export interface SmtpServer {
  host: string
  port: number
  security: 'starttls' | 'tls' | 'none'
  user: string | undefined
  password: string | undefined
  from: string
}

/** Where a database is and who we are there. */
export interface DatabaseAddress {
  host: string
  port: number
  database: string
  user: string
  password: string
  /** While it is being changed; db/passwords.ts. */
  nextPassword?: string
}

/** The settings of one process, checked. */
export interface Config {
  isProduction: boolean
  logLevel: LogLevel
  host: string
  port: number
  /** Undefined to tell nobody. */
  metricsPort: number | undefined
  nginxStatusUrl: string | undefined
  slowQueryMilliseconds: number
  database: DatabaseAddress & { poolSize: number }
  directDatabase: DatabaseAddress
  mediaRoot: string
  maxUploadBytes: number
  maxPixels: number
  workerConcurrency: number
  decodingBytes: number
  /** Undefined to make no AVIF. */
  avifEffort: number | undefined
  deletedPostDays: number
  isServedByNginx: boolean
  /** Scheme, host and port, without a slash at the end. */
  publicUrl: string | undefined
  trustProxyHops: number
  rateLimitFactor: number
  drainSeconds: number
  /** Undefined where there is no mail. Without a server, mails are kept and shown to everybody: in development only. */
  mail: { publicUrl: string; smtp: SmtpServer | undefined } | undefined
  /** Undefined where browsers are told nothing while no page is open. The subject is whom push services may write to. */
  push: { secret: string; subject: string; mayBePrivate: boolean } | undefined
}

/** A wrong setting; its message names every complaint and how to mend it. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads and checks the settings.
 * @param environment where they stand; the process's own environment if not given
 * @throws {ConfigError} with all complaints at once, in one sentence
 */
export function readConfig(environment: Environment = process.env): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const result = complete.safeParse(given)
  if (!result.success) {
    const complaints = result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`)
    throw new ConfigError(
      `Gramstack cannot start with these settings: ${complaints.join('; ')}. ` +
        'Mend them in the environment file (.env.prod in production; npm run make-env writes a good one).',
    )
  }
  const env = result.data
  const address: DatabaseAddress = {
    host: env.DATABASE_HOST,
    port: env.DATABASE_PORT,
    database: env.DATABASE_NAME,
    user: env.DATABASE_USER,
    password: env.DATABASE_PASSWORD,
    ...(env.DATABASE_PASSWORD_NEXT === undefined ? {} : { nextPassword: env.DATABASE_PASSWORD_NEXT }),
  }
  return {
    isProduction: env.NODE_ENV === 'production',
    logLevel: env.LOG_LEVEL,
    host: env.HOST,
    port: env.PORT,
    metricsPort: env.METRICS_PORT === undefined ? undefined : env.METRICS_PORT + env.NODE_APP_INSTANCE,
    nginxStatusUrl: env.NGINX_STATUS_URL,
    slowQueryMilliseconds: env.SLOW_QUERY_MS,
    database: { ...address, poolSize: env.DATABASE_POOL_SIZE },
    directDatabase: {
      ...address,
      host: env.DATABASE_DIRECT_HOST ?? address.host,
      port: env.DATABASE_DIRECT_PORT ?? address.port,
    },
    mediaRoot: env.MEDIA_ROOT,
    maxUploadBytes: env.MAX_UPLOAD_MB * 1_000_000,
    maxPixels: env.MAX_MEGAPIXELS * 1_000_000,
    workerConcurrency: env.WORKER_CONCURRENCY ?? Math.min(availableParallelism() + 1, 64),
    decodingBytes: env.DECODING_MB === undefined ? usualDecodingBytes() : env.DECODING_MB * 1024 * 1024,
    avifEffort: env.AVIF_EFFORT === 'off' ? undefined : env.AVIF_EFFORT,
    deletedPostDays: env.DELETED_POST_DAYS,
    isServedByNginx: env.MEDIA_SERVER === 'nginx',
    publicUrl: env.PUBLIC_URL,
    trustProxyHops: env.TRUST_PROXY_HOPS,
    rateLimitFactor: env.RATE_LIMIT_FACTOR,
    drainSeconds: env.DRAIN_SECONDS,
    mail: mailSettings(env, given.NODE_ENV === 'development'),
    push: pushSettings(env),
  }
}

function pushSettings({ PUSH_SECRET: secret, ...env }: z.output<typeof schema>): Config['push'] {
  if (secret === undefined) return undefined
  const isPublic = env.PUBLIC_URL?.startsWith('https:')
  const address = env.MAIL_FROM?.replace(/^.*<(.*)>$/, '$1') ?? 'gramstack@localhost'
  return {
    secret,
    subject: isPublic && env.PUBLIC_URL ? env.PUBLIC_URL : `mailto:${address}`,
    mayBePrivate: env.PUSH_SERVICES === 'any',
  }
}

/** @param isDevelopment as somebody has said, rather than by default: kept mails let whoever reads them in */
function mailSettings(env: z.output<typeof schema>, isDevelopment: boolean): Config['mail'] {
  const { PUBLIC_URL: publicUrl, SMTP_HOST: host, MAIL_FROM: from, SMTP_SECURITY: security } = env
  if (host && from && publicUrl) {
    const port = env.SMTP_PORT ?? (security === 'tls' ? 465 : 587)
    return { publicUrl, smtp: { host, port, security, user: env.SMTP_USER, password: env.SMTP_PASSWORD, from } }
  }
  return isDevelopment ? { publicUrl: publicUrl ?? `http://localhost:${env.PORT}`, smtp: undefined } : undefined
}

/**
 * What decoding photos may take of the machine: of the container's memory what is left when everything else has its own, else half
 * of what there is.
 */
function usualDecodingBytes(): number {
  const ownBytes = 450 * 1024 * 1024
  // Without a limit it says either nothing or something absurd.
  const limit = process.constrainedMemory()
  const isLimited = limit > 0 && limit < totalmem()
  return Math.max(300 * 1024 * 1024, isLimited ? limit - ownBytes : totalmem() / 2)
}

/** Whether there is a pooler between us and PostgreSQL. */
export function isPooled({ database, directDatabase }: Pick<Config, 'database' | 'directDatabase'>): boolean {
  return database.host !== directDatabase.host || database.port !== directDatabase.port
}

/** Reads `.env` in the working folder, if there is one; what the environment says already stays. */
export function readEnvironmentFile(): void {
  loadEnvironmentFile({ quiet: true })
}

/** Whether this process was told of a database; where it was not, the embedded one is meant. */
export function isDatabaseConfigured(environment: Environment = process.env): boolean {
  return Boolean(environment.DATABASE_HOST)
}

/** The git-ignored folder that holds the database and the photos of a run without Docker. */
export function localFolder(environment: Environment = process.env): string {
  return resolve(environment.GRAMSTACK_DATA || '.data')
}

/** The settings of a run without Docker: nearly all follow from where the embedded database is. */
export function readLocalConfig(
  address: DatabaseAddress,
  { pushSecret }: { pushSecret?: string } = {},
  environment: Environment = process.env,
): Config {
  const host = environment.HOST || '127.0.0.1'
  return readConfig({
    // Only where nobody else can come: to develop is to show mails to everybody who does.
    ...(isLoopback(host) ? { NODE_ENV: 'development' } : {}),
    PORT: '1337',
    // There is no load balancer that has to learn of our going.
    DRAIN_SECONDS: '0',
    PUSH_SECRET: pushSecret,
    // It shares its machine with whatever else somebody does there, and its log with them, who wants to read where it is.
    SLOW_QUERY_MS: '1000',
    ...environment,
    HOST: host,
    DATABASE_HOST: address.host,
    DATABASE_PORT: String(address.port),
    DATABASE_NAME: address.database,
    DATABASE_USER: address.user,
    DATABASE_PASSWORD: address.password,
    MEDIA_ROOT: resolve(localFolder(environment), 'media'),
  })
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host)
}

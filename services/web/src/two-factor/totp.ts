import { Secret, TOTP } from 'otpauth'

/** One-time codes as every authenticator app makes them: SHA-1, six digits, half a minute (RFC 6238). */

/** 160 random bits, as the RFC asks for. */
export function newSecret(): Buffer {
  return Buffer.from(new Secret({ size: 20 }).bytes)
}

/** As people type it into an app that cannot see the picture: base32. */
export function secretAsText(secret: Buffer): string {
  return toSecret(secret).base32
}

/** As the picture tells it to an app. */
export function secretAsUri(secret: Buffer, username: string, host: string): string {
  return new TOTP({ issuer: 'Gramstack', label: `${username}@${host}`, secret: toSecret(secret) }).toString()
}

/**
 * The half minute, counted from 1970, whose code this is; undefined if of none that is near. One before and one after are taken as
 * well: clocks differ, and people type slowly.
 */
export function stepOf(secret: Buffer, code: string): number | undefined {
  const totp = new TOTP({ secret: toSecret(secret) })
  const timestamp = Date.now()
  const delta = /^\d{6}$/.test(code) ? totp.validate({ token: code, timestamp, window: 1 }) : null
  return delta === null ? undefined : totp.counter({ timestamp }) + delta
}

function toSecret(secret: Buffer): Secret {
  return new Secret({ buffer: Uint8Array.from(secret).buffer })
}

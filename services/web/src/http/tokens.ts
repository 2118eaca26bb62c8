import { createHash, randomBytes } from 'node:crypto'

/** A secret of 256 bits that goes to somebody else: into a cookie, or a link. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What is kept of a token here, so that a stolen copy of the database opens nothing. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

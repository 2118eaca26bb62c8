import { notFound } from './refusal.ts'

/**
 * The short code of a post: its id as eight bytes in base64url, eleven characters.
 * @param id a decimal string
 */
export function toCode(id: string): string {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(id))
  return bytes.toString('base64url')
}

/** The id that a short code stands for; undefined for anything that `toCode` does not give. */
export function fromCode(code: string): string | undefined {
  if (!/^[A-Za-z0-9_-]{11}$/.test(code)) return undefined
  const id = Buffer.from(code, 'base64url').readBigInt64BE().toString()
  // The last character has two bits to spare: only one spelling is right.
  return toCode(id) === code && !id.startsWith('-') ? id : undefined
}

/** The id that a short code in a path stands for. @throws {Refusal} notFound */
export function idIn(code: unknown): string {
  const id = fromCode(String(code))
  if (!id) throw notFound()
  return id
}

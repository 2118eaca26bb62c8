import { createHash, randomBytes } from 'node:crypto'

// Without 0, 1, l and o, which look alike on paper. 32 of them: five bits each.
const letters = '23456789abcdefghijkmnpqrstuvwxyz'

/** Ten codes for the day on which the phone is gone: 80 random bits each, so that a plain hash keeps them. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: 10 }, () => {
    const characters = [...randomBytes(16)].map((byte) => letters[byte % 32])
    return [0, 4, 8, 12].map((start) => characters.slice(start, start + 4).join('')).join('-')
  })
}

/** Of what somebody types, whatever its case and between the letters. */
export function hashRecoveryCode(code: string): Buffer {
  return createHash('sha256')
    .update(code.toLowerCase().replaceAll(/[^a-z0-9]/g, ''))
    .digest()
}

import { createHash, randomBytes } from 'node:crypto'

// Without 0, 1, l and o, which look alike on paper. 32 of them: five bits each.
const letters = '23456789abcdefghijkmnpqrstuvwxyz'

const groups = 6
const groupLength = 4

/** Ten codes for the day on which the phone is gone: 120 random bits each, so that a plain hash keeps them. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: 10 }, () => {
    const characters = [...randomBytes(groups * groupLength)].map((byte) => letters[byte % 32])
    return Array.from({ length: groups }, (_, group) =>
      characters.slice(group * groupLength, (group + 1) * groupLength).join(''),
    ).join('-')
  })
}

/** Of what somebody types, whatever its case and between the letters. */
export function hashRecoveryCode(code: string): Buffer {
  return createHash('sha256')
    .update(code.toLowerCase().replaceAll(/[^a-z0-9]/g, ''))
    .digest()
}

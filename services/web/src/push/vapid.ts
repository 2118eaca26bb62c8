import { createECDH, scryptSync } from 'node:crypto'

/** How a push service knows us by (RFC 8292): a pair of keys, and whom to write to if we misbehave. */
export interface Vapid {
  subject: string
  publicKey: string
  privateKey: string
}

/**
 * The keys that follow from a secret. Always the same: browsers that have subscribed are bound to them.
 * @param subject an https or mailto address
 */
export function vapidFrom({ secret, subject }: { secret: string; subject: string }): Vapid {
  const curve = createECDH('prime256v1')
  // Nearly every number of this length is a private key; where one is not, Node refuses it, once in four thousand million secrets.
  curve.setPrivateKey(scryptSync(secret, 'gramstack web push', 32))
  return {
    subject,
    publicKey: curve.getPublicKey('base64url'),
    privateKey: curve.getPrivateKey().toString('base64url').padStart(43, 'A'),
  }
}

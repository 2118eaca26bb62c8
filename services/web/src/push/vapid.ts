import { createECDH, scrypt } from 'node:crypto'
import { promisify } from 'node:util'

const derive: (secret: string, salt: string, bytes: number) => Promise<Buffer> = promisify(scrypt)

/** How a push service knows us by (RFC 8292): a pair of keys, and whom to write to if we misbehave. */
export interface Vapid {
  subject: string
  publicKey: string
  privateKey: string
}

/**
 * The keys that follow from a secret. Always the same: browsers that have subscribed are bound to them. Takes a tenth of a second
 * of a processor, beside the start of the process that asks.
 * @param subject an https or mailto address
 */
export async function vapidFrom({ secret, subject }: { secret: string; subject: string }): Promise<Vapid> {
  const curve = createECDH('prime256v1')
  const privateKey = await derive(secret, 'gramstack web push', 32)
  // Nearly every number of this length is a private key; where one is not, Node refuses it, once in four thousand million secrets.
  curve.setPrivateKey(privateKey)
  return { subject, publicKey: curve.getPublicKey('base64url'), privateKey: privateKey.toString('base64url') }
}

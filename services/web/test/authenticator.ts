import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** As a browser gets them from us. */
interface Options {
  challenge: string
}

/** What a test changes to see whether it is noticed. */
interface Lies {
  /** Whether somebody has shown a finger, a face or a PIN. */
  isVerified?: boolean
  origin?: string
  rpId?: string
  count?: number
  format?: string
}

/**
 * A passkey as a phone keeps one, and the browser around it: for tests that speak with the server without a browser.
 * @param origin of the page that it is used in
 */
export function newAuthenticator(origin: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(32)
  let uses = 0

  const clientData = (type: string, { challenge }: Options, lies: Lies) =>
    Buffer.from(JSON.stringify({ type, challenge, origin: lies.origin ?? origin, crossOrigin: false }))

  /** What is signed besides: for which host, who was there, how often it was used. */
  function authenticatorData(isNew: boolean, lies: Lies): Buffer {
    const rpId = lies.rpId ?? new URL(origin).hostname
    const count = Buffer.alloc(4)
    uses += 1
    count.writeUInt32BE(lies.count ?? uses)
    const flags = 0x01 | (lies.isVerified === false ? 0 : 0x04) | (isNew ? 0x40 : 0)
    return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([flags]), count])
  }

  const credential = (response: Record<string, unknown>) =>
    JSON.stringify({ id: toText(id), rawId: toText(id), type: 'public-key', clientExtensionResults: {}, response })

  return {
    id: toText(id),
    /** Answers a registration: the field `credential` of the form. */
    create(options: Options, lies: Lies = {}): string {
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
      const key = cbor([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, Buffer.from(x, 'base64url')],
        [-3, Buffer.from(y, 'base64url')],
      ])
      const attested = Buffer.concat([
        authenticatorData(true, lies),
        Buffer.alloc(16),
        Buffer.from([0, id.length]),
        id,
        key,
      ])
      const attestationObject = cbor([
        ['fmt', lies.format ?? 'none'],
        ['attStmt', []],
        ['authData', attested],
      ])
      const clientDataJSON = toText(clientData('webauthn.create', options, lies))
      return credential({ clientDataJSON, attestationObject: toText(attestationObject), transports: ['internal'] })
    },
    /** Answers a sign-in: the field `credential` of the form. */
    get(options: Options, lies: Lies = {}): string {
      const clientDataJSON = clientData('webauthn.get', options, lies)
      const data = authenticatorData(false, lies)
      const signature = sign(
        'sha256',
        Buffer.concat([data, createHash('sha256').update(clientDataJSON).digest()]),
        privateKey,
      )
      return credential({
        clientDataJSON: toText(clientDataJSON),
        authenticatorData: toText(data),
        signature: toText(signature),
      })
    },
  }
}

function toText(bytes: Buffer): string {
  return bytes.toString('base64url')
}

/** A list of pairs is a map. */
type Cbor = number | string | Buffer | readonly (readonly [number | string, Cbor])[]

/** The little of CBOR (RFC 8949) that a passkey speaks. */
function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  const entries = value as Exclude<Cbor, number | string | Buffer>
  return Buffer.concat([head(5, entries.length), ...entries.flatMap((pair) => pair.map(cbor))])
}

function head(kind: number, count: number): Buffer {
  if (count < 24) return Buffer.from([(kind << 5) | count])
  return count < 256 ? Buffer.from([(kind << 5) | 24, count]) : Buffer.from([(kind << 5) | 25, count >> 8, count & 255])
}

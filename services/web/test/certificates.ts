// What @peculiar/x509 needs before it.
import 'reflect-metadata'
import {
  BasicConstraintsExtension,
  cryptoProvider,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

/** A certificate and its key, both in PEM. */
export interface Certificate {
  cert: string
  key: string
}

/** Somebody who signs certificates, whom nobody knows unless told. */
export interface Authority {
  /** Its own certificate, in PEM: what those who shall trust it are given. */
  cert: string
  /** @param host a name, or an address of IPv4 */
  issue(host: string): Promise<Certificate>
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const dayMs = 86_400_000

/** Makes an authority of a test's own; what it signs holds for a day. */
export async function makeAuthority(): Promise<Authority> {
  cryptoProvider.set(crypto)
  const validity = { notBefore: new Date(Date.now() - dayMs), notAfter: new Date(Date.now() + dayMs) }
  const keys = await makeKeys()
  const authority = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=An authority of a test',
    keys,
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
    ...validity,
  })
  return {
    cert: authority.toString('pem'),
    async issue(host) {
      const own = await makeKeys()
      const type = /^[0-9.]+$/.test(host) ? 'ip' : 'dns'
      const certificate = await X509CertificateGenerator.create({
        subject: `CN=${host}`,
        issuer: authority.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: algorithm,
        extensions: [new SubjectAlternativeNameExtension([{ type, value: host }])],
        ...validity,
      })
      const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', own.privateKey)).toString('base64')
      return {
        cert: certificate.toString('pem'),
        key: `-----BEGIN PRIVATE KEY-----\n${key.replaceAll(/(.{64})/g, '$1\n')}\n-----END PRIVATE KEY-----\n`,
      }
    },
  }
}

const makeKeys = () => crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])

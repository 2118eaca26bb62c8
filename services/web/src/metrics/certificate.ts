import { connect } from 'node:tls'
import { addSource } from './sources.ts'

/**
 * Tells until when the certificate holds that nginx shows. It is nginx that is asked, not the file: one that was renewed and not
 * loaded again is the usual mishap. Where there is no https there is no figure.
 */
export function watchCertificate(host: string, port: number): () => void {
  return addSource(
    'certificate',
    { certificate_expires_seconds: { help: 'Until when the certificate holds, in seconds since 1970.' } },
    async () => {
      const expires = await expiryOf(host, port)
      return expires === undefined ? {} : { certificate_expires_seconds: [{ value: expires / 1000 }] }
    },
  )
}

/** @returns in milliseconds since 1970; undefined where nobody speaks https */
function expiryOf(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    // Whether it is a good one is for browsers to say; it is not trusted with anything here.
    const socket = connect({ host, port, servername: '', rejectUnauthorized: false, timeout: 2_000 })
    socket.once('secureConnect', () => {
      const { valid_to } = socket.getPeerCertificate()
      socket.destroy()
      resolve(Date.parse(valid_to))
    })
    socket.once('timeout', () => socket.destroy(new Error('no answer within 2 s')))
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') resolve(undefined)
      else reject(error)
    })
  })
}

import { type AddressInfo, createServer, connect as openSocket, type Socket } from 'node:net'

/** A way to a server that can be cut, and mended. */
export interface Network {
  /** The server's address by this way, without a slash at the end. */
  url: string
  cut(): Promise<void>
  mend(): Promise<void>
}

export async function networkTo(target: string): Promise<Network> {
  const { hostname, port } = new URL(target)
  const ends = new Set<Socket>()
  const server = createServer((near) => {
    const far = openSocket(Number(port), hostname)
    near.pipe(far).pipe(near)
    for (const end of [near, far]) {
      ends.add(end)
      end.on('error', () => {}).on('close', () => ends.delete(end))
    }
  })
  const listen = (at: number) => new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve))
  await listen(0)
  const own = (server.address() as AddressInfo).port
  return {
    url: `http://127.0.0.1:${own}`,
    mend: () => listen(own),
    async cut() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const end of ends) end.destroy()
      await closed
    },
  }
}

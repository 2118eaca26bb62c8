/** What we use of autocannon, which comes without types. */
declare module 'autocannon' {
  export interface Request {
    method?: string
    path: string
    headers?: Record<string, string>
    body?: string | Buffer
  }
  export interface Options {
    url: string
    connections: number
    duration: number
    requests: Request[]
  }
  interface Result {
    duration: number
    errors: number
    requests: { sent: number }
  }
  interface Instance extends Promise<Result> {
    on(
      event: 'response',
      listener: (client: unknown, status: number, bytes: number, milliseconds: number) => void,
    ): this
  }
  export default function autocannon(options: Options): Instance
}

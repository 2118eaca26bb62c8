import { type Draft, Lost, No, send } from './server.ts'

const restMilliseconds = 1_000
const againMilliseconds = 5_000

interface DraftOptions {
  form: HTMLFormElement
  /** The path of the one that is composed further. */
  path: string | undefined
  /** The ids of the photos that have arrived, in the order in which they stand. */
  photoIds: () => string[]
  /** Something is said otherwise than it was kept. */
  onTouched: () => void
  onKept: () => void
  onNotKept: (error: unknown) => void
}

/**
 * The draft that the composer fills: begun with the first photo, and kept up to date with what is typed. Whatever is asked of it is asked
 * one after another, so that nothing older comes last.
 */
export function openDraft({ form, path, photoIds, onTouched, onKept, onNotKept }: DraftOptions) {
  // One for each time that the page is opened: the one in the form may be kept by the browser from the last time.
  const idempotencyKey = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`
  let begun: Promise<{ url: string }> | undefined = path === undefined ? undefined : Promise.resolve({ url: path })
  let line: Promise<unknown> = Promise.resolve()
  let changes = 0
  let kept = 0
  let resting: number | undefined

  function begin(): Promise<{ url: string }> {
    // What is typed comes later: should something be wrong with it, that is no reason to refuse the photos.
    begun ??= send('/upload', new URLSearchParams({ draft: 'yes', idempotencyKey })).catch((error: unknown) => {
      begun = undefined
      throw error
    })
    return begun
  }

  function inLine<Value>(ask: () => Promise<Value>): Promise<Value> {
    const answer = line.then(ask)
    line = answer.catch(() => undefined)
    return answer
  }

  function edit(what: Readonly<Record<string, string>>): Promise<Draft> {
    return inLine(async () => send(`${(await begin()).url}/edit`, new URLSearchParams(what)))
  }

  /** Sends all that is typed, and whatever else is to be done with it. */
  async function keep(also: Readonly<Record<string, string>> = {}): Promise<Draft> {
    clearTimeout(resting)
    return inLine(async () => {
      const { url } = await begin()
      const known = changes
      const answer = await send(`${url}/edit`, everything(also))
      kept = known
      return answer
    })
  }

  function everything(also: Readonly<Record<string, string>>): URLSearchParams {
    const said = new URLSearchParams({ ...also })
    for (const [name, value] of new FormData(form)) if (typeof value === 'string') said.append(name, value)
    said.set('whole', 'yes')
    for (const [index, id] of photoIds().entries()) said.append(`order-${id}`, String(index + 1))
    return said
  }

  function keepAfter(milliseconds: number): void {
    clearTimeout(resting)
    resting = window.setTimeout(async () => {
      try {
        await keep()
        if (kept === changes) onKept()
      } catch (error) {
        onNotKept(error)
        if (error instanceof Lost) keepAfter(againMilliseconds)
      }
    }, milliseconds)
  }

  return {
    /** Something is said otherwise. Before the first photo there is nothing to keep it in. */
    touch(): void {
      changes += 1
      onTouched()
      if (begun) keepAfter(restMilliseconds)
    },
    isKept: () => kept === changes,
    keep,
    async add(file: File, sending: Parameters<typeof send>[2]): Promise<Draft> {
      const { url } = await begin()
      const body = new FormData()
      body.append('file', file)
      return send(`${url}/photos`, body, sending)
    },
    retry: (photoId: string) => edit({ retry: photoId }),
    /** Takes a photo out, however often that has to be asked. */
    async remove(photoId: string): Promise<void> {
      for (;;) {
        try {
          await edit({ remove: photoId })
          return
        } catch (error) {
          // It is not there any more: somebody has not heard the answer.
          if (error instanceof No && error.status === 404) return
          if (!(error instanceof Lost)) throw error
          await new Promise((resolve) => setTimeout(resolve, againMilliseconds))
        }
      }
    },
    /** How it is now; undefined if nobody answers. */
    async look(): Promise<Draft | undefined> {
      const { url } = await begin()
      const response = await fetch(url, { headers: { Accept: 'application/json' } }).catch(() => undefined)
      return response?.ok ? response.json() : undefined
    },
  }
}

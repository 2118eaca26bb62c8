import { Lost } from './server.ts'

const atOnce = 2
const shortestRest = 1_000
const longestRest = 30_000

/**
 * Does things one after another, two at a time. Where the connection is lost it rests, longer each time, and goes on by itself: then, or as
 * soon as the browser says that there is a network again.
 * @param work done with each; what it throws but `Lost` is its own to deal with
 */
export function openUploads<Item>(work: (item: Item) => Promise<void>) {
  const waiting: Item[] = []
  let running = 0
  let failures = 0
  let resting: number | undefined

  function next(): void {
    while (resting === undefined && running < atOnce) {
      const item = waiting.shift()
      if (item === undefined) return
      running += 1
      work(item)
        .then(() => {
          failures = 0
        })
        .catch((error: unknown) => {
          if (!(error instanceof Lost)) throw error
          waiting.unshift(item)
          rest()
        })
        .finally(() => {
          running -= 1
          next()
        })
    }
  }

  function rest(): void {
    if (resting !== undefined) return
    resting = window.setTimeout(goOn, Math.min(shortestRest * 2 ** failures, longestRest))
    failures += 1
  }

  function goOn(): void {
    clearTimeout(resting)
    resting = undefined
    next()
  }

  addEventListener('online', goOn)
  return {
    add(item: Item): void {
      waiting.push(item)
      next()
    },
    /** Does not wait any longer. */
    goOn,
  }
}

import { collectDefaultMetrics, Registry } from 'prom-client'

/** Everything that this process tells of itself. What is counted is counted from the start, whether anybody asks or not. */
export const registry = new Registry()

const registers = [registry]

/** What each metric is made with. Names end in their unit, or in `total` where they only grow. */
export function described<Labels extends string>(
  name: string,
  help: string,
  labelNames: readonly Labels[] = [],
): { name: string; help: string; labelNames: readonly Labels[]; registers: Registry[] } {
  return { name: `gramstack_${name}`, help, labelNames, registers }
}

let isWatchingItself = false

/** What Node tells of itself: memory, processor, how late the event loop is. Costs a little, so only where somebody may ask. */
export function watchProcess(): void {
  if (isWatchingItself) return
  isWatchingItself = true
  collectDefaultMetrics({ register: registry })
}

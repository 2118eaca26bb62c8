import type { Express } from 'express'

interface Layer {
  route?: { path: string; methods: Record<string, boolean> }
  handle?: { stack?: Layer[] }
}

/** Every route of the application: its method, in small letters, and its path. */
export function routesOf(app: Express): { method: string; path: string }[] {
  return routesIn((app as unknown as { router: { stack: Layer[] } }).router.stack)
}

function routesIn(stack: readonly Layer[]): { method: string; path: string }[] {
  return stack.flatMap(({ route, handle }) =>
    route ? Object.keys(route.methods).map((method) => ({ method, path: route.path })) : routesIn(handle?.stack ?? []),
  )
}

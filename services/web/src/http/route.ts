import type { Request } from 'express'

/** The pattern of the route that answers, such as `/@:username`; undefined before one was found, and where none was. */
export function routeOf(request: Request): string | undefined {
  const path: unknown = request.route?.path
  return path === undefined ? undefined : String(path)
}

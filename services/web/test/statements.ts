import type { House } from './house.ts'

/**
 * The statements that requests have the app ask the database while something is done. What the worker asks meanwhile is none of it: it
 * has connections of its own, here as in production.
 */
export async function statementsDuring(house: House, something: () => Promise<unknown>): Promise<string[]> {
  const asked: string[] = []
  const note = ({ sql }: { sql: string }) => asked.push(sql)
  house.db.on('query', note)
  try {
    await something()
  } finally {
    house.db.off('query', note)
  }
  return asked
}

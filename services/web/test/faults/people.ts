import type { Stack } from '../stack/stack.ts'
import { signUp } from '../stack/visitor.ts'

export interface Person {
  username: string
  cookie: string
}

/** Signs some people up, the first of whom is the admin. */
export async function settle(stack: Stack, names: readonly string[]): Promise<Person[]> {
  const people: Person[] = []
  for (const username of names) people.push({ username, cookie: (await signUp(stack.url, username)).cookie })
  return people
}

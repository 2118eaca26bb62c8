import { type LogLevel, setLogLevel } from '../src/log.ts'

/** The lines that are logged while something is done, of this level and above. */
export async function loggedDuring(
  level: LogLevel,
  act: () => Promise<unknown>,
  // biome-ignore lint/suspicious/noExplicitAny: whatever a line says
): Promise<Record<string, any>[]> {
  const lines: string[] = []
  const write = process.stdout.write
  setLogLevel(level)
  process.stdout.write = ((line: string) => lines.push(line)) as never
  try {
    await act()
  } finally {
    process.stdout.write = write
    setLogLevel('silent')
  }
  return lines.map((line) => JSON.parse(line))
}

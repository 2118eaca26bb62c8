/** Whether a text from outside can be the id of a row: the database takes anything else for an error. */
export function isId(text: string): boolean {
  return /^\d{1,19}$/.test(text) && BigInt(text) < 2n ** 63n
}

/**
 * The letters of the scripts in which a slip of the finger is put right, as they are after folding: Latin, Greek, Cyrillic, Hebrew,
 * Arabic. Where a word may be any two characters, as in Chinese, there are no slips to be told from words.
 */
const alphabets = [
  ['a', 'z'],
  ['α', 'ω'],
  ['а', 'я'],
  ['א', 'ת'],
  ['ء', 'ي'],
].map(([first = '', last = '']) => {
  const begin = first.charCodeAt(0)
  return Array.from({ length: last.charCodeAt(0) - begin + 1 }, (_, index) => String.fromCharCode(begin + index))
})

/**
 * Every spelling that one slip makes of a word: a letter too many, too few, a wrong one, or two that changed places.
 * @param word folded
 * @returns none for a word so short that it would become any other, or so long that there would be thousands
 */
export function oneSlipFrom(word: string): string[] {
  const alphabet = alphabets.find((letters) => letters.includes(word.charAt(0)))
  if (!alphabet || word.length < 4 || word.length > 20) return []
  const spellings = new Set<string>()
  for (let at = 0; at <= word.length; at++) {
    const [before, here, next, after] = [word.slice(0, at), word.charAt(at), word.charAt(at + 1), word.slice(at + 1)]
    for (const letter of alphabet) {
      spellings.add(before + letter + here + after)
      if (here) spellings.add(before + letter + after)
    }
    if (here) spellings.add(before + after)
    if (next) spellings.add(before + next + here + after.slice(1))
  }
  spellings.delete(word)
  return [...spellings]
}

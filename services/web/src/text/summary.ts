const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

// Programs that gather addresses read what is meant for other sites.
const mailAddress = /[^\s@＠<>()"]+[@＠][^\s@＠<>()"]+\.[^\s@＠<>()".]+/gu

/**
 * The beginning of a text on one line, for where others show it: cut at a character as people see one, and without mail addresses.
 * @param mostCharacters as people see them
 */
export function summary(text: string, mostCharacters: number): string {
  const line = text
    .replace(mailAddress, '…')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  let end = 0
  let count = 0
  for (const { segment, index } of graphemes.segment(line)) {
    count += 1
    // One place is for the sign that something was cut off.
    if (count < mostCharacters) end = index + segment.length
    if (count > mostCharacters) return `${line.slice(0, end).trimEnd()}…`
  }
  return line
}

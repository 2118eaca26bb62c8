const numbers = new Intl.NumberFormat(document.documentElement.lang || 'en')

/** Puts numbers into a sentence of the page, which has kept their {places}. */
export function fill(sentence = '', values: Readonly<Record<string, number>>): string {
  return sentence.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name]
    return value === undefined ? place : numbers.format(value)
  })
}

import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser'
import { catalogues } from '../../src/language/catalogues.ts'
import { readSentences } from './sentences.ts'

const { said, unsaid } = readSentences()
const sentences = new Set(said.map(({ text }) => text))

/** The arguments and tags of a sentence: a translation has the same. */
function partsOf(sentence: string): string[] {
  const names = new Set<string>()
  const look = (elements: MessageFormatElement[]): void => {
    for (const element of elements) {
      if (element.type === TYPE.literal || element.type === TYPE.pound) continue
      names.add(element.type === TYPE.tag ? `<${element.value}>` : `{${element.value}}`)
      if (element.type === TYPE.tag) look(element.children)
      if (element.type === TYPE.plural || element.type === TYPE.select)
        for (const { value } of Object.values(element.options)) look(value)
    }
  }
  look(parse(sentence))
  return [...names].sort()
}

/** The forms of number of each plural in a sentence. */
function pluralsOf(sentence: string): { type: 'cardinal' | 'ordinal'; forms: string[] }[] {
  const found: { type: 'cardinal' | 'ordinal'; forms: string[] }[] = []
  const look = (elements: MessageFormatElement[]): void => {
    for (const element of elements) {
      if (element.type === TYPE.tag) look(element.children)
      if (element.type !== TYPE.plural && element.type !== TYPE.select) continue
      if (element.type === TYPE.plural)
        found.push({ type: element.pluralType ?? 'cardinal', forms: Object.keys(element.options) })
      for (const { value } of Object.values(element.options)) look(value)
    }
  }
  look(parse(sentence))
  return found
}

describe('what is said to people', () => {
  it('is all said in the language that they speak', () => {
    expect(unsaid).toEqual([])
  })

  it.each(Object.entries(catalogues))('is in the catalogue %s, and nothing else is', (_language, catalogue) => {
    expect([...sentences].filter((sentence) => !Object.hasOwn(catalogue, sentence))).toEqual([])
    expect(Object.keys(catalogue).filter((sentence) => !sentences.has(sentence))).toEqual([])
  })

  it.each(Object.entries(catalogues))('has the same arguments in the catalogue %s', (_language, catalogue) => {
    for (const [english, sentence] of Object.entries(catalogue))
      expect({ english, parts: partsOf(sentence) }).toEqual({ english, parts: partsOf(english) })
  })

  it.each(['en', ...Object.keys(catalogues)])('has every form of number that %s knows', (language) => {
    const all = language === 'en' ? [...sentences] : Object.values(catalogues[language as keyof typeof catalogues])
    for (const sentence of all)
      for (const { type, forms } of pluralsOf(sentence)) {
        const needed = new Intl.PluralRules(language, { type }).resolvedOptions().pluralCategories
        expect({ sentence, missing: needed.filter((form) => !forms.includes(form)) }).toEqual({ sentence, missing: [] })
      }
  })
})

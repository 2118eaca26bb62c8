import { AsyncLocalStorage } from 'node:async_hooks'
import { IntlMessageFormat } from 'intl-messageformat'
import { catalogues } from './catalogues.ts'
import { type Language, languages } from './languages.ts'

/**
 * Says our sentences in the language of whoever reads them. A sentence stands in the code in English, in ICU's MessageFormat
 * (https://unicode-org.github.io/icu/userguide/format_parse/messages); catalogues have it in the other languages. Which of them is
 * spoken goes with the request, as `node:async_hooks` carries it along, so that whoever says something need not be told.
 */

const spoken = new AsyncLocalStorage<{ language: Language }>()

/** Runs something in a language: all that is said in it, and in whatever it has begun, is said in that one. */
export function speaking<Result>(language: Language, run: () => Result): Result {
  return spoken.run({ language }, run)
}

/** Goes on in another language: for a request of which it is known only later who asks. */
export function goOnSpeaking(language: Language): void {
  const store = spoken.getStore()
  if (store) store.language = language
}

/** The language that is spoken here; English where nothing was agreed. */
export function spokenLanguage(): Language {
  return spoken.getStore()?.language ?? 'en'
}

/** Whether it is written from the left or from the right. */
export function direction(): 'ltr' | 'rtl' {
  return languages[spokenLanguage()].direction
}

type Value = string | number | Date

/**
 * Says a sentence.
 * @param english a literal: a test reads the code for them and compares them with the catalogues
 * @param values what its {arguments} stand for
 */
export function say(english: string, values: Readonly<Record<string, Value>> = {}): string {
  return String(formatOf(spokenLanguage(), english).format(values))
}

/**
 * Says a sentence that has something else than text in it, as a link: `New here? <way>Sign up</way>`.
 * @param values also what its <tags> become, given what stands between them
 * @returns the parts of the sentence, one after another
 */
export function sayWith<Part>(
  english: string,
  values: Readonly<Record<string, Value | Part | ((inside: (string | Part)[]) => Part)>>,
): (string | Part)[] {
  const said = formatOf(spokenLanguage(), english).format<Part>(values as never)
  return (Array.isArray(said) ? said : [said]) as (string | Part)[]
}

/** Marks a sentence that is kept in English and said later, so that catalogues have it. */
export function phrase(english: string): string {
  return english
}

/** A number as the language writes it. */
export function number(value: number, options?: Intl.NumberFormatOptions): string {
  return numberFormat(options).format(value)
}

/** A point in time as the language writes it, in UTC: where the reader is, and so what their clocks say, is not known here. */
export function time(value: Date, options: Intl.DateTimeFormatOptions): string {
  return timeFormat(options).format(value)
}

/** A text of another direction, such as a name, so that it does not mix with the sentence around it where that is from the right. */
export function isolated(text: string): string {
  return direction() === 'rtl' ? `\u2068${text}\u2069` : text
}

/** Several things as the language lists them: "Ada, Bob and 12 others". @returns them, with what stands between */
export function list<Part>(parts: readonly Part[]): (string | Part)[] {
  const places = listFormat().formatToParts(parts.map((_, index) => String(index)))
  return places.map(({ type, value }) => (type === 'element' ? (parts[Number(value)] as Part) : value))
}

/**
 * What writes numbers and times takes a hundred times longer to make than to use: it is made once for each language and each options, of
 * which the code has a few.
 */
function keptFormats<Options, Format>(
  make: (language: Language, options: Options) => Format,
): (options: Options) => Format {
  const kept = new Map<string, Format>()
  return (options) => {
    const language = spokenLanguage()
    const key = `${language} ${JSON.stringify(options)}`
    const known = kept.get(key)
    if (known) return known
    const format = make(language, options)
    kept.set(key, format)
    return format
  }
}

const numberFormat = keptFormats<Intl.NumberFormatOptions | undefined, Intl.NumberFormat>(
  (language, options) => new Intl.NumberFormat(language, options),
)
const timeFormat = keptFormats<Intl.DateTimeFormatOptions, Intl.DateTimeFormat>(
  (language, options) => new Intl.DateTimeFormat(language, { timeZone: 'UTC', ...options }),
)
const listFormat = keptFormats<void, Intl.ListFormat>(
  // British, which has no comma before the "and".
  (language) => new Intl.ListFormat(language === 'en' ? 'en-GB' : language),
)

const formats = new Map<string, IntlMessageFormat>()

/** Read once each: as many as there are sentences, times languages. */
function formatOf(language: Language, english: string): IntlMessageFormat {
  const key = `${language}\n${english}`
  const known = formats.get(key)
  if (known) return known
  const text = language === 'en' ? english : (catalogues[language][english] ?? english)
  const format = new IntlMessageFormat(text, language)
  formats.set(key, format)
  return format
}

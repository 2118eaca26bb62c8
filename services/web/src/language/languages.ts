/** The languages that pages and mails are written in. English is that of the code; each other has a catalogue beside this file. */
export const languages = {
  en: { name: 'English', direction: 'ltr' },
  de: { name: 'Deutsch', direction: 'ltr' },
  ar: { name: 'العربية', direction: 'rtl' },
} as const

export type Language = keyof typeof languages

export const languageTags = Object.keys(languages) as Language[]

export function isLanguage(given: unknown): given is Language {
  return typeof given === 'string' && Object.hasOwn(languages, given)
}

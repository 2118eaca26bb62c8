import { ar } from './ar.ts'
import { de } from './de.ts'
import type { Language } from './languages.ts'

/** What each English sentence is in another language. */
export type Catalogue = Readonly<Record<string, string>>

export const catalogues: Record<Exclude<Language, 'en'>, Catalogue> = { de, ar }

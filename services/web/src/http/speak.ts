import type { RequestHandler } from 'express'
import { type Language, languageTags } from '../language/languages.ts'
import { speaking } from '../language/say.ts'

/** Speaks the language that the browser asks for, as far as we know it; what somebody has chosen for their account is known later. */
export const speakAsAsked: RequestHandler = (request, _response, next) => {
  const asked = request.acceptsLanguages([...languageTags])
  speaking((asked || 'en') as Language, next)
}

import type { RequestHandler } from 'express'
import helmet from 'helmet'

const directives = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:', 'blob:'],
  connectSrc: ["'self'"],
  manifestSrc: ["'self'"],
  workerSrc: ["'self'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
}

const common = {
  // With no referrer at all, browsers send forms with `Origin: null`, and the check of their origin fails.
  referrerPolicy: { policy: 'same-origin' },
} as const

const overHttps = helmet({
  ...common,
  contentSecurityPolicy: { useDefaults: false, directives: { ...directives, upgradeInsecureRequests: [] } },
  strictTransportSecurity: { maxAge: 365 * 24 * 60 * 60, includeSubDomains: false },
})

// On plain http, upgrading every request to https would leave a page without its pictures.
const overHttp = helmet({
  ...common,
  contentSecurityPolicy: { useDefaults: false, directives },
  strictTransportSecurity: false,
})

/** Sets the security headers that suit the scheme of the request. */
export const securityHeaders: RequestHandler = (request, response, next) => {
  const headers = request.secure ? overHttps : overHttp
  headers(request, response, next)
}

import { say } from '../language/say.ts'

/**
 * Everything that we say no to. Thrown where the meaning is known; one handler turns it into a page or JSON. Its message is
 * read by people, in the language that is spoken where it is thrown: a clear sentence that says what would do.
 */

const statuses = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
  tooLarge: 413,
  unsupported: 415,
  unsatisfiable: 416,
  invalid: 422,
  tooMany: 429,
  notImplemented: 501,
  unavailable: 503,
  diskFull: 507,
} as const

export type RefusalKind = keyof typeof statuses

export class Refusal extends Error {
  override name = 'Refusal'
  readonly kind: RefusalKind
  /** The complaint about each field of a form, by its name. */
  readonly fields: Readonly<Record<string, string>>
  /** When to come back, where that is known. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    kind: RefusalKind,
    message: string,
    fields: Readonly<Record<string, string>> = {},
    retryAfterSeconds?: number,
  ) {
    super(message)
    this.kind = kind
    this.fields = fields
    this.retryAfterSeconds = retryAfterSeconds
  }

  get status(): number {
    return statuses[this.kind]
  }
}

/** What one may not see does not exist: the same answer for both. */
export function notFound(): Refusal {
  return new Refusal('notFound', say('There is nothing at this address.'))
}

/** A refusal of one field of a form. */
export function invalidField(field: string, message: string, kind: RefusalKind = 'invalid'): Refusal {
  return new Refusal(kind, message, { [field]: message })
}

/** An answer of Alpaca's that refuses: HTTP status and {code, message, …}. */
export class Refusal extends Error {
  readonly status: number
  readonly code: number
  readonly more: Readonly<Record<string, string>>

  constructor(status: number, code: number, message: string, more: Readonly<Record<string, string>> = {}) {
    super(message)
    this.status = status
    this.code = code
    this.more = more
  }
}

/** 401, as the live host answers a paper key, an unknown key or a wrong secret. */
export function notAuthorized(): Refusal {
  return new Refusal(401, 40110000, 'request is not authorized')
}

/** 422: a field of the request is missing or malformed. */
export function badField(message: string): Refusal {
  return new Refusal(422, 40010001, message)
}

/** 422: well-formed, but not possible for this asset or order. */
export function unprocessable(message: string): Refusal {
  return new Refusal(422, 42210000, message)
}

/** 403: funds, quantity or the account's state forbid it. */
export function forbidden(message: string, more: Readonly<Record<string, string>> = {}): Refusal {
  return new Refusal(403, 40310000, message, more)
}

export function notFound(message: string): Refusal {
  return new Refusal(404, 40410000, message)
}

/** An answer of Binance's that refuses: HTTP status and {code, msg}. Thrown inside, written out by the router. */
export class Refusal extends Error {
  readonly status: number
  readonly code: number

  constructor(code: number, message: string, status = 400) {
    super(message)
    this.status = status
    this.code = code
  }
}

export function mandatory(parameter: string): Refusal {
  return new Refusal(-1102, `Mandatory parameter '${parameter}' was not sent, was empty/null, or malformed.`)
}

export function notRequired(parameter: string): Refusal {
  return new Refusal(-1106, `Parameter '${parameter}' sent when not required.`)
}

export function illegal(parameter: string, range: string): Refusal {
  return new Refusal(-1100, `Illegal characters found in parameter '${parameter}'; legal range is '${range}'.`)
}

export function badSymbol(): Refusal {
  return new Refusal(-1121, 'Invalid symbol.')
}

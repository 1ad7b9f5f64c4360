import { z } from 'zod'
import type { FastifySchemaCompiler } from 'fastify'
import { Problem, type FieldError } from '#model'

/**
 * Validates one part of a request with its zod schema. A path that cannot name anything is not found; everything else
 * is `invalid_input`. Messages name fields and rules, never a value: it may be a key in the wrong place.
 */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => (data: unknown) => {
  const result = schema.safeParse(data)
  if (result.success) return { value: result.data }
  if (httpPart === 'params') return { error: new Problem('not_found', 'There is nothing here.') }
  return { error: invalidInput(fieldErrors(result.error)) }
}

/** `invalid_input` for these fields. */
export function invalidInput(errors: readonly FieldError[]): Problem {
  const [first] = errors
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
  return new Problem(
    'invalid_input',
    first === undefined ? 'The request is not valid.' : `${first.path || 'The body'}: ${first.message}${more}`,
    { errors },
  )
}

const MOST = 50

function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.slice(0, MOST).map((issue) => ({
    path: issue.path.map(String).join('.'), message: messageOf(issue),
  }))
}

// A field's name is shown only where it looks like one: whoever swaps name and value of a credential must not find the
// secret in an error text or a log.
function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'unrecognized_keys') return issue.message
  const names = issue.keys.filter((key) => /^[a-z][a-zA-Z]{0,19}$/.test(key))
  return names.length === issue.keys.length ? `unknown field ${names.join(', ')}` : 'unknown field'
}

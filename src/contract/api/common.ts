import { z } from 'zod'

// What the schemas of several nouns share. Answers carry decimals as strings and times as ISO 8601 UTC with
// milliseconds; requests are strict: a field that nobody reads is an error, never silently ignored.

/** An id in an answer. */
export const id = z.string()
/** A time in an answer. */
export const time = z.string().meta({ format: 'date-time', examples: ['2026-11-23T10:00:00.000Z'] })
/** A decimal in an answer: no exponent, a minus only where the meaning has one. */
export const decimalText = z.string().meta({ examples: ['0.001'] })

/** A positive decimal in a request. */
export const positiveDecimal = z.string()
  .regex(/^\d{1,30}(\.\d{1,30})?$/, 'must be a plain decimal number as text, such as "0.001"')
  .refine((value) => /[1-9]/.test(value), 'must be more than 0')
/** A signed decimal other than zero in a request. */
export const signedDecimal = z.string()
  .regex(/^-?\d{1,30}(\.\d{1,30})?$/, 'must be a plain decimal number as text, such as "-0.001"')
  .refine((value) => /[1-9]/.test(value), 'must not be 0')

/** Text that people read, one line: no control characters, so that it can neither break a log line nor a database. */
export const line = (longest: number) => z.string().trim().max(longest)
  .regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u, 'must be one line without control characters')
/** A name. */
export const name = line(100).min(1)

/** The id in a path. What does not look like one is not found. */
export const pathId = z.object({ id: z.string().regex(/^[\w-]{1,64}$/) })

/** A path's id that is not looked at. */
export const anyId = z.object({ id: z.string() })

/** Where no body is needed one is taken all the same, as long as it is an empty object. */
export const emptyBody = z.strictObject({}).nullish()

/** A filter that names something by id. */
export const filterId = z.string().regex(/^[\w-]{1,64}$/, 'must be an id')
/** A filter by symbol, in the exchange's spelling. */
export const filterSymbol = line(64)
/** A filter by time. */
export const filterTime = z.iso.datetime({ offset: true, error: 'must be an ISO 8601 time' })

/** What every list understands; `cursor` is bound to the filter that it was made with. */
export const page = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(1000).optional(),
})

/** A list: newest first, `next` is the cursor of what follows. */
export const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() })

/** Something by id and name. */
export const named = z.object({ id, name: z.string() })

/** What a person should know although nothing is refused. `code` is stable; `bots`: those that it is about. */
export const warning = z.object({ code: z.string(), message: z.string(), bots: z.array(named) }).meta({ id: 'Warning' })
export type Warning = z.infer<typeof warning>

/** No content. */
export const nothing = z.undefined().describe('Done')

/** Header of requests that must not be carried out twice. */
export const idempotencyHeader = z.object({
  'idempotency-key': z.string().regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 visible ASCII characters').optional()
    .describe('The same key with the same request within 24 h answers what the first one answered and does nothing again; '
      + 'with another request it is 409 `idempotency_key_reused`. What was refused leaves the key free.'),
})

/** In the answer to a request that was repeated under its Idempotency-Key. */
export const withheld = z.array(z.string()).optional()
  .describe('Members that the first answer to this Idempotency-Key showed, and that are not kept: they are not shown again')

/** `true` and `false` in a query. */
export const queryFlag = z.enum(['true', 'false']).transform((value) => value === 'true')

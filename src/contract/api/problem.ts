import { z } from 'zod'
import { PROBLEMS, type ProblemCode } from '#model'

const codes = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]

/** RFC 9457 body of every error: `application/problem+json`. Other members carry what stands in the way. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  /** For people: what happened and what to do. */
  detail: z.string(),
  /** Stable. */
  code: z.enum(codes),
  /** Of invalid input, by dotted path. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** Of a 409: the bots that stand in the way. */
  bots: z.array(z.object({ id: z.string(), name: z.string() })).optional(),
  /** Of a 409: ids of the orders that stand in the way. */
  orders: z.array(z.string()).optional(),
  /** Of a refused key: what was found out about it. */
  checks: z.array(z.object({ name: z.string(), result: z.string(), detail: z.string() })).optional(),
  /** Of an unknown symbol: spellings that come near. */
  candidates: z.array(z.string()).optional(),
}).meta({ id: 'Problem' })
export type ProblemBody = z.infer<typeof problem>

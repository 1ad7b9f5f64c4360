import { okx } from './fixtures/okx.ts'
import { runCases } from './suite.ts'

runCases(okx)

import { bingx } from './fixtures/bingx.ts'
import { runCases } from './suite.ts'

runCases(bingx)

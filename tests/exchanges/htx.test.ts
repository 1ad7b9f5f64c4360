import { htx } from './fixtures/htx.ts'
import { runCases } from './suite.ts'

runCases(htx)

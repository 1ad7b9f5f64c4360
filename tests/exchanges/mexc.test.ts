import { mexc } from './fixtures/mexc.ts'
import { runCases } from './suite.ts'

runCases(mexc)

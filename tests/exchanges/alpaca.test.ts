import { alpaca } from './fixtures/alpaca.ts'
import { runCases } from './suite.ts'

runCases(alpaca)

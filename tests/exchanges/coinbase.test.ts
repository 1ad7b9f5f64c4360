import { coinbase } from './fixtures/coinbase.ts'
import { runCases } from './suite.ts'

runCases(coinbase)

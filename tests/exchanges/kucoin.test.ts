import { kucoin } from './fixtures/kucoin.ts'
import { runCases } from './suite.ts'

runCases(kucoin)

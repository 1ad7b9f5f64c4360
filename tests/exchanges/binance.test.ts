import { binance } from './fixtures/binance.ts'
import { runCases } from './suite.ts'

runCases(binance)

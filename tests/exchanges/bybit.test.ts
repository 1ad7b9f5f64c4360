import { bybit } from './fixtures/bybit.ts'
import { runCases } from './suite.ts'

runCases(bybit)

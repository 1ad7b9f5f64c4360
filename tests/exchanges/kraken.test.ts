import { kraken } from './fixtures/kraken.ts'
import { runCases } from './suite.ts'

runCases(kraken)

import { bitget, bitgetUnified } from './fixtures/bitget.ts'
import { runCases } from './suite.ts'

runCases(bitget)
runCases(bitgetUnified)

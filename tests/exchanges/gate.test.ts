import { gate } from './fixtures/gate.ts'
import { runCases } from './suite.ts'

runCases(gate)

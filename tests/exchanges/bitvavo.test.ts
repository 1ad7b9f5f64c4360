import { bitvavo } from './fixtures/bitvavo.ts'
import { runCases } from './suite.ts'

runCases(bitvavo)

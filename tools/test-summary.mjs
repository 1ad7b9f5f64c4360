// Prints vitest's result as "N passed, N failed" from its JSON report. Plain JavaScript, for any Node.
import { readFileSync } from 'node:fs'

const file = process.argv[2]
const text = readFileSync(file, 'utf8')
if (text === '') {
  process.stdout.write('0 passed, 1 failed (vitest wrote no report)\n')
  process.exit(1)
}
const report = JSON.parse(text)
// A file that could not even be loaded has no failed test in it, yet has failed.
const brokenFiles = report.testResults.filter((one) => one.status === 'failed'
  && one.assertionResults.every((test) => test.status !== 'failed')).length
const failed = report.numFailedTests + brokenFiles
const left = report.numPendingTests + report.numTodoTests
if (left > 0) process.stdout.write(`${left} skipped\n`)
process.stdout.write(`${report.numPassedTests} passed, ${failed} failed\n`)
process.exitCode = report.success && failed === 0 && report.numPassedTests > 0 ? 0 : 1

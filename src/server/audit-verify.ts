import { existsSync } from 'node:fs'
import { verifyAuditChain } from '#audit'
import type { ExecutorPort } from '#contract'
import type { Store } from '#store'

/** What comparing the executor's audit with the server's copy showed. */
export interface AuditComparison {
  /** The file's chain is unbroken up to the head that the executor has in memory; the copy contradicts it nowhere. */
  readonly ok: boolean
  readonly entries: number
  /** Crashes that left something out, said so by the executor. Not tampering. */
  readonly gaps: number
  readonly head: { readonly seq: number; readonly hash: string }
  /** Entries in the copy, and those of the file that it lacks (written while the server was away). */
  readonly copied: number
  readonly missing: number
  readonly problems: readonly { readonly seq: number; readonly problem: string }[]
}

const PAGE = 1000
const MOST_PROBLEMS = 20

/**
 * Reads the executor's file, where this process can (in containers it may not), and holds the copy against it. What was
 * changed, removed or cut off in either of them shows, unless both were changed alike.
 */
export async function compareAudit(
  parts: { store: Pick<Store, 'keyUses'>; executor: ExecutorPort; auditFile: string },
): Promise<AuditComparison> {
  const { auditHead } = await parts.executor.call({ verb: 'describe' })
  const problems: { seq: number; problem: string }[] = []
  const hashes: string[] = []
  const readable = existsSync(parts.auditFile)
  const report = readable ? await verifyAuditChain(
    parts.auditFile, (entry) => { hashes[entry.seq] = entry.hash },
  ) : null
  if (report !== null && report.firstBad !== null) problems.push({
    seq: report.entries + 1, problem: `the file is not as it was written (${report.firstBad.reason})`,
  })
  // The file may have grown since the executor was asked, never shrunk.
  if (report !== null && report.ok && hashes[auditHead.seq] !== auditHead.hash && auditHead.seq > 0) {
    problems.push({ seq: auditHead.seq, problem: 'the file does not hold the entry that the executor wrote last' })
  }
  let copied = 0
  let after = 0
  for (;;) {
    const page = await parts.store.keyUses.after(after, PAGE)
    for (const { seq, hash } of page) {
      copied += 1
      const expected = readable ? hashes[seq] : seq === auditHead.seq ? auditHead.hash : undefined
      if (problems.length >= MOST_PROBLEMS) continue
      if (expected !== undefined && expected !== hash) problems.push({
        seq, problem: 'the copy has another entry under this number',
      })
      // Entries that came while the file was read are no fault: the executor was asked before.
      if (report?.ok === true && expected === undefined && seq <= auditHead.seq) problems.push({
        seq, problem: 'the file ends before an entry that the copy has',
      })
    }
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) break
    after = last.seq
  }
  const entries = report?.entries ?? auditHead.seq
  return {
    ok: problems.length === 0, entries, gaps: report?.gaps ?? 0, head: auditHead, copied,
    missing: Math.max(0, entries - copied), problems,
  }
}

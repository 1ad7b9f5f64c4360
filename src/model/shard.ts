/** Lanes are owned in shards: one lease and one statement for many bots. */
export const SHARDS = 64

/**
 * The shard of a user's lanes: all bots of a user have one owner, for those of one exchange account net, and share its
 * rate limits. FNV-1a over the id: every server computes the same.
 */
export function shardOf(userId: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < userId.length; index += 1) hash = Math.imul(hash ^ userId.charCodeAt(index), 0x01000193)
  return (hash >>> 0) % SHARDS
}

/** What a shard's lease, and its fence at the executor, is called. */
export const laneScope = (shard: number): string => `lane-${shard}`

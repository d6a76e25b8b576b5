/** When a signing key works. It is published from its making, and signs from `activeAt` (epoch ms) on. */
export interface KeyTimes {
  readonly generation: number
  readonly activeAt: number
}

export interface RotationPolicy {
  /** How long a key signs, ms. */
  readonly rotationMs: number
  /** How long a key is published before it signs, ms. */
  readonly prepublishMs: number
  /** How long after its last signature a key may still be needed, ms: the life of a token, and slack. */
  readonly keepMs: number
}

/** The key that signs now: the newest of those whose time has come. */
export function signingKey<K extends KeyTimes>(keys: readonly K[], now: number): K | undefined {
  return newest(keys.filter((key) => key.activeAt <= now))
}

/**
 * The next key to make, or null while there is nothing to do. The very first one signs at once; a
 * successor is made early enough that every verifier has seen it before it signs.
 */
export function nextKey(
  keys: readonly KeyTimes[],
  now: number,
  policy: RotationPolicy,
): KeyTimes | null {
  const last = newest(keys)
  if (last === undefined) return { generation: 1, activeAt: now }
  if (last.activeAt > now || now < last.activeAt + policy.rotationMs - policy.prepublishMs) {
    return null
  }
  return { generation: last.generation + 1, activeAt: now + policy.prepublishMs }
}

/** Whether every token that this key signed has expired: its successor has signed for long enough. */
export function isObsolete(
  key: KeyTimes,
  keys: readonly KeyTimes[],
  now: number,
  policy: RotationPolicy,
): boolean {
  const successor = keys.find((other) => other.generation === key.generation + 1)
  return successor !== undefined && successor.activeAt + policy.keepMs <= now
}

function newest<K extends KeyTimes>(keys: readonly K[]): K | undefined {
  return keys.reduce<K | undefined>(
    (best, key) => (best === undefined || key.generation > best.generation ? key : best),
    undefined,
  )
}

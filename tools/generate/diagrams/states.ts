/** A move of a state machine that its rules allow, and what brings it about. */
export interface Move {
  readonly from: string
  readonly to: string
  readonly because: string
}

/** The states of something as a Mermaid state diagram: one arrow between two states, with all its reasons. */
export function stateDiagram(
  about: string,
  first: Move,
  moves: readonly Move[],
  notes: ReadonlyMap<string, string> = new Map(),
): string {
  const arrows = Map.groupBy([first, ...moves], ({ from, to }) => `  ${from} --> ${to}`)
  return [
    `%% ${about}`,
    'stateDiagram-v2',
    ...[...arrows].map(([arrow, along]) => {
      const reasons = [...new Set(along.map(({ because }) => because))]
      const [only] = reasons
      const list = reasons.map((reason) => `• ${reason}`).join('<br/>')
      return `${arrow}: ${reasons.length === 1 ? only : list}`
    }),
    ...[...notes].map(([state, note]) => `  note right of ${state}: ${note}`),
    '',
  ].join('\n')
}

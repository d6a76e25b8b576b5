/**
 * A question that is asked before it is sure that its answer is needed, to have it sooner. If nobody looks at
 * the answer, its failure is nobody's either.
 */
export function early<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => undefined)
  return answer
}

import { Listr, PRESET_TIMER } from 'listr2'

export interface StepView {
  /** Puts facts behind the title, to stay there. */
  readonly say: (facts: string) => void
  /** Shows how far it is, while it runs. */
  readonly progress: (text: string) => void
}

/** Shows one step while it happens, with its facts and its duration when it has. */
export async function step<T>(title: string, play: (view: StepView) => Promise<T>): Promise<T> {
  const results: T[] = []
  const failures: unknown[] = []
  const timed = { timer: PRESET_TIMER }
  const list = new Listr(
    [
      {
        title,
        async task(_, task) {
          try {
            const result = await play({
              say: (facts) => (task.title = `${title.padEnd(27)} ${facts}`),
              progress: (text) => (task.output = text),
            })
            results.push(result)
          } catch (error) {
            failures.push(error)
            // The error itself is told once, by whoever started the steps.
            throw new Error('see below', { cause: error })
          }
        },
        rendererOptions: timed,
        fallbackRendererOptions: timed,
      },
    ],
    {
      exitOnError: false,
      fallbackRenderer: 'simple',
      registerSignalListeners: false,
      rendererOptions: { showErrorMessage: false },
    },
  )
  await list.run()
  if (failures.length > 0) throw failures[0]
  const [result] = results
  return result as T
}

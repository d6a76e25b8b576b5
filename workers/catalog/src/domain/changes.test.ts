import { describe, expect, it } from 'vitest'
import { Changes, EDIT_MS_MAX, type Mark, MOVES_MAX, SKUS_MAX } from './changes.ts'

const NOW = 1_000_000

function counting() {
  const changes = new Changes('count')
  const markOf = () => changes.newsSince(null, NOW).mark
  const newsSince = (mark: Mark | null, now = NOW) => changes.newsSince(mark, now)
  const move = (sku: string, version: number, isInStock = true) =>
    changes.stockMoved({ sku, version, isInStock })
  return { changes, markOf, newsSince, move }
}

describe('changes', () => {
  it('are none when there were none', () => {
    const { markOf, newsSince } = counting()
    const mark = markOf()
    expect(newsSince(mark)).toEqual({ mark, moved: [], hasTurned: false, isEditing: false })
  })

  it.each([null, { count: 'another', at: 0 }, { count: 'another', at: 99 }])(
    'may be any to whoever has no mark of this count: %o',
    (mark) => {
      expect(counting().newsSince(mark).moved).toBe('all')
    },
  )

  it('name the SKUs that moved, to whoever has not heard of it', () => {
    const { markOf, newsSince, move } = counting()
    const first = markOf()
    move('A', 1)
    const second = markOf()
    move('B', 1)
    expect(newsSince(first).moved).toEqual(['A', 'B'])
    expect(newsSince(second).moved).toEqual(['B'])
    expect(newsSince(markOf()).moved).toEqual([])
  })

  it('may be any to whoever has missed more moves than are remembered', () => {
    const { markOf, newsSince, move } = counting()
    const mark = markOf()
    for (let n = 0; n < MOVES_MAX; n++) move('A', n)
    expect(newsSince(mark).moved).toHaveLength(MOVES_MAX)
    move('A', MOVES_MAX)
    expect(newsSince(mark).moved).toBe('all')
  })
})

describe('an edit', () => {
  it('is going on from its begin to its end, and makes anything another at both', () => {
    const { changes, markOf, newsSince } = counting()
    const before = markOf()
    const edit = changes.beginEdit(NOW)
    expect(newsSince(before)).toMatchObject({ moved: 'all', isEditing: true })
    const meanwhile = markOf()
    changes.endEdit(edit)
    expect(newsSince(meanwhile)).toMatchObject({ moved: 'all', isEditing: false })
  })

  it('is going on while any is', () => {
    const { changes, newsSince } = counting()
    const [first, second] = [changes.beginEdit(NOW), changes.beginEdit(NOW)]
    changes.endEdit(first)
    expect(newsSince(null).isEditing).toBe(true)
    changes.endEdit(second)
    expect(newsSince(null).isEditing).toBe(false)
  })

  it('that never ends is given up when it cannot be written any more, and was made for all we know', () => {
    const { changes, markOf, newsSince } = counting()
    changes.beginEdit(NOW)
    const mark = markOf()
    expect(newsSince(mark, NOW + EDIT_MS_MAX - 1)).toMatchObject({ moved: [], isEditing: true })
    expect(newsSince(mark, NOW + EDIT_MS_MAX)).toMatchObject({ moved: 'all', isEditing: false })
  })

  it('that began in an earlier count ends in this one all the same', () => {
    const { changes, markOf, newsSince } = counting()
    const mark = markOf()
    changes.endEdit(7)
    expect(newsSince(mark).moved).toBe('all')
  })
})

describe('stock', () => {
  it('turns when a SKU runs out or is had again, and not when it only gets less', () => {
    const { markOf, newsSince, move } = counting()
    const turnedBy = (version: number, isInStock: boolean) => {
      const mark = markOf()
      move('A', version, isInStock)
      return newsSince(mark).hasTurned
    }
    expect(turnedBy(1, true), 'the first that is heard of it').toBe(true)
    expect(turnedBy(2, true)).toBe(false)
    expect(turnedBy(3, false)).toBe(true)
    expect(turnedBy(4, false)).toBe(false)
    expect(turnedBy(5, true)).toBe(true)
  })

  it('is as the newest version says, in whatever order they are told', () => {
    const { markOf, newsSince, move } = counting()
    move('A', 1, true)
    move('A', 3, false)
    move('A', 2, true)
    const mark = markOf()
    move('A', 4, true)
    expect(newsSince(mark).hasTurned).toBe(true)
  })

  it('is taken to have turned where it is not remembered', () => {
    const { markOf, newsSince, move } = counting()
    for (let n = 0; n <= SKUS_MAX; n++) move(`SKU-${n}`, 1, true)
    const mark = markOf()
    move('SKU-0', 2, true)
    expect(newsSince(mark).hasTurned).toBe(true)
  })
})

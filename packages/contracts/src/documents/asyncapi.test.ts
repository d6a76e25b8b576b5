import { describe, expect, it } from 'vitest'
import { eventName } from '../events/event.ts'
import { EVENTS, type EventType, SUBSCRIPTIONS } from '../events/index.ts'
import { asyncApi } from './asyncapi.ts'

const { channels, operations, components } = asyncApi()
const types = Object.keys(EVENTS) as EventType[]

describe.each(types)('the AsyncAPI document of %s', (type) => {
  const name = eventName(type)
  const publisher = EVENTS[type].shape.source.value.slice(1)

  it('has an example message that its own schema accepts as it is', () => {
    const [example] = components.schemas[name]?.examples ?? []
    expect(EVENTS[type].strict().parse(example)).toEqual(example)
  })

  it('has it in the queue of every hearer, sent and received', () => {
    for (const subscriber of SUBSCRIPTIONS[type]) {
      expect(channels[subscriber]).toMatchObject({
        address: `kiosk-${subscriber}`,
        messages: { [name]: { $ref: `#/components/messages/${name}` } },
      })
      const reference = { $ref: `#/channels/${subscriber}/messages/${name}` }
      const sends = operations[`${publisher}SendsTo${eventName(subscriber)}`]
      expect(sends).toMatchObject({ action: 'send', tags: [{ name: publisher }] })
      expect(sends?.messages).toContainEqual(reference)
      expect(operations[`${subscriber}Receives`]).toMatchObject({ action: 'receive' })
      expect(operations[`${subscriber}Receives`]?.messages).toContainEqual(reference)
    }
  })

  it('has it in no other queue', () => {
    const hearers = Object.entries(channels)
      .filter(([id, channel]) => !id.endsWith('DeadLetters') && name in channel.messages)
      .map(([id]) => id)
    expect(hearers.toSorted()).toEqual([...SUBSCRIPTIONS[type]].toSorted())
  })
})

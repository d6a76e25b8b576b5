import type { ChargeOutcome } from '../../domain/outcome.ts'

/** How the simulated bank behaves for a card. */
interface Card {
  readonly outcome: ChargeOutcome
  /** The answer takes a while. */
  readonly isSlow?: true
  /** The charge is made, but its answer never arrives. */
  readonly losesAnswer?: true
}

const succeeded: ChargeOutcome = { status: 'succeeded' }

const CARDS: Readonly<Record<string, Card>> = {
  tok_ok: { outcome: succeeded },
  tok_declined: { outcome: { status: 'declined', failureCode: 'card_declined' } },
  tok_insufficient_funds: { outcome: { status: 'declined', failureCode: 'insufficient_funds' } },
  tok_3ds: { outcome: { status: 'requires_action' } },
  tok_no_answer: { outcome: succeeded, losesAnswer: true },
  tok_slow: { outcome: succeeded, isSlow: true },
}

/** A token that stands for no card is an answer of the bank, not a malformed request. */
const NO_CARD: Card = { outcome: { status: 'declined', failureCode: 'invalid_token' } }

export function cardOf(token: string): Card {
  return (Object.hasOwn(CARDS, token) ? CARDS[token] : undefined) ?? NO_CARD
}

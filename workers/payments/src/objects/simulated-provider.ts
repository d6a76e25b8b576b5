import { readConfig } from '@kiosk/kit/config'
import { describeError, log } from '@kiosk/kit/log'
import { DurableObject } from 'cloudflare:workers'
import type { ChargeOutcome, RefundOutcome } from '../domain/outcome.ts'
import { cardOf } from '../providers/simulated/cards.ts'
import { SimulatedSettings } from '../providers/simulated/settings.ts'
import { signWebhook } from '../providers/simulated/webhook.ts'

interface ChargeRequest {
  readonly key: string
  readonly amountMinor: number
  readonly token: string
}

// A row of the books; SQLite's client wants an index signature, which an interface lacks.
type ChargeRow = {
  key: string
  amount_minor: number
  outcome: string
  answer_at: number
}

const WEBHOOK_RETRY_MS = 2_000
const WEBHOOK_ATTEMPTS_MAX = 10

/**
 * The books of the simulated provider: one object per charge, which belongs to the provider and
 * knows nothing of our database. That is what reconciliation reconciles with.
 */
export class SimulatedProvider extends DurableObject {
  readonly #settings = readConfig(this.env, SimulatedSettings)
  readonly #sql = this.ctx.storage.sql

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env)
    this.#sql.exec(`
      CREATE TABLE IF NOT EXISTS charge (
        key TEXT PRIMARY KEY, amount_minor INTEGER NOT NULL, outcome TEXT NOT NULL,
        answer_at INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS refunds (
        key TEXT PRIMARY KEY, amount_minor INTEGER NOT NULL, outcome TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS webhooks (
        id TEXT PRIMARY KEY, due_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0)`)
  }

  /** Charges a card, once: asked again, it says what became of the first time. */
  async charge(request: ChargeRequest): Promise<{ outcome: ChargeOutcome; isAnswerLost: boolean }> {
    const isNew = this.#row() === null
    const card = cardOf(request.token)
    if (isNew) {
      const answerAt = Date.now() + (card.isSlow ? this.#settings.SIMULATED_SLOW_MS : 0)
      this.#write(request.key, request.amountMinor, card.outcome, answerAt)
      if (card.losesAnswer) await this.#announce()
    }
    const waitMs = (this.#row()?.answer_at ?? 0) - Date.now()
    if (waitMs > 0) await scheduler.wait(waitMs)
    return { outcome: this.find(), isAnswerLost: isNew && card.losesAnswer === true }
  }

  confirm(): ChargeOutcome {
    return this.#replace('requires_action', { status: 'succeeded' })
  }

  find(): ChargeOutcome {
    const row = this.#row()
    if (row === null) return { status: 'unknown' }
    return row.answer_at > Date.now() ? { status: 'pending' } : outcomeOf<ChargeOutcome>(row)
  }

  /** A key that is cancelled before it was used can never be charged. */
  cancel(key: string): ChargeOutcome {
    const { status } = this.find()
    if (status === 'unknown' || status === 'pending') {
      this.#write(key, this.#row()?.amount_minor ?? 0, { status: 'cancelled' }, 0)
    }
    return this.#replace('requires_action', { status: 'cancelled' })
  }

  refund(key: string, amountMinor: number): RefundOutcome {
    const known = this.findRefund(key)
    if (known.status !== 'unknown') return known
    const outcome = this.#isRefundable(amountMinor)
      ? { status: 'succeeded' }
      : { status: 'refused', failureCode: 'exceeds_captured' }
    this.#sql.exec(
      'INSERT INTO refunds (key, amount_minor, outcome) VALUES (?, ?, ?)',
      key,
      amountMinor,
      JSON.stringify(outcome),
    )
    return this.findRefund(key)
  }

  findRefund(key: string): RefundOutcome {
    const [row] = this.#sql.exec<{ outcome: string }>('SELECT * FROM refunds WHERE key = ?', key)
    return row === undefined ? { status: 'unknown' } : outcomeOf<RefundOutcome>(row)
  }

  /**
   * Sends the webhooks that are due. The next alarm is set first, so that a crash delays and never
   * loses.
   */
  override async alarm(): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now() + WEBHOOK_RETRY_MS)
    this.#sql.exec('DELETE FROM webhooks WHERE attempts >= ?', WEBHOOK_ATTEMPTS_MAX)
    const due = this.#sql.exec<{ id: string }>('SELECT id FROM webhooks ORDER BY due_at').toArray()
    for (const { id } of due) {
      this.#sql.exec('UPDATE webhooks SET attempts = attempts + 1 WHERE id = ?', id)
      if (await this.#send(id)) this.#sql.exec('DELETE FROM webhooks WHERE id = ?', id)
    }
    const left = this.#sql.exec('SELECT 1 FROM webhooks LIMIT 1').toArray()
    if (left.length === 0) await this.ctx.storage.deleteAlarm()
  }

  async #announce(): Promise<void> {
    const delayMs = this.#settings.SIMULATED_WEBHOOK_DELAY_MS
    if (delayMs === 0) return
    const dueAt = Date.now() + delayMs
    this.#sql.exec('INSERT INTO webhooks (id, due_at) VALUES (?, ?)', crypto.randomUUID(), dueAt)
    await this.ctx.storage.setAlarm(dueAt)
  }

  async #send(id: string): Promise<boolean> {
    const key = this.#row()?.key ?? ''
    const event = { type: 'charge.updated', data: { key, charge: this.find() } } as const
    const request = signWebhook(this.#settings.SIMULATED_WEBHOOK_SECRET, id, event)
    // The types of the platform do not know what this Worker exports.
    const { default: self } = this.ctx.exports as unknown as { default: Fetcher }
    try {
      const answer = await self.fetch('http://payments/v1/webhooks/payments/simulated', request)
      await answer.body?.cancel()
      return answer.ok
    } catch (error) {
      log('warn', 'webhook not delivered', { error: describeError(error) })
      return false
    }
  }

  #row(): ChargeRow | null {
    return this.#sql.exec<ChargeRow>('SELECT * FROM charge').toArray()[0] ?? null
  }

  #write(key: string, amountMinor: number, outcome: ChargeOutcome, answerAt: number): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO charge (key, amount_minor, outcome, answer_at) VALUES (?, ?, ?, ?)',
      key,
      amountMinor,
      JSON.stringify(outcome),
      answerAt,
    )
  }

  /** Moves the charge on, if it is in the status that this needs. Says what it is then. */
  #replace(from: ChargeOutcome['status'], outcome: ChargeOutcome): ChargeOutcome {
    const row = this.#row()
    if (row !== null && this.find().status === from) {
      this.#write(row.key, row.amount_minor, outcome, row.answer_at)
    }
    return this.find()
  }

  #isRefundable(amountMinor: number): boolean {
    const refunded = this.#sql
      .exec<{ outcome: string; amount_minor: number }>('SELECT * FROM refunds')
      .toArray()
      .filter((row) => outcomeOf<RefundOutcome>(row).status === 'succeeded')
      .reduce((sum, row) => sum + row.amount_minor, 0)
    const captured = this.find().status === 'succeeded' ? (this.#row()?.amount_minor ?? 0) : 0
    return refunded + amountMinor <= captured
  }
}

/** What the books say: written by this object only. */
function outcomeOf<T extends ChargeOutcome | RefundOutcome>(row: { outcome: string }): T {
  return JSON.parse(row.outcome) as T
}

import { toInstant } from '@kiosk/contracts/primitives/time'
import type { Finding } from '@kiosk/contracts/rpc/audit'
import type { LedgerEntry } from './ledger.ts'
import type { Payment } from './payment.ts'
import type { Refund } from './refund.ts'

type Money = Pick<
  Payment,
  'id' | 'status' | 'amountMinor' | 'capturedMinor' | 'refundedMinor' | 'currency'
>

/** A payment with what was booked for it and what went back of it. */
export interface AuditedPayment extends Money {
  readonly entries: readonly Pick<
    LedgerEntry,
    'account' | 'debitMinor' | 'creditMinor' | 'currency'
  >[]
  readonly refunds: readonly Pick<Refund, 'amountMinor' | 'status'>[]
}

/** What is wrong with a payment, whatever others know of it. */
export function auditPayment(payment: AuditedPayment): Finding[] {
  return [...auditBalance(payment), ...auditBooked(payment), ...auditRefunds(payment)]
}

/** Per currency, what was booked for it debits as much as it credits. */
function auditBalance({ id, entries }: AuditedPayment): Finding[] {
  const byCurrency = Map.groupBy(entries, ({ currency }) => currency)
  return [...byCurrency].flatMap(([currency, booked]) => {
    const debits = sum(booked, ({ debitMinor }) => debitMinor)
    const credits = sum(booked, ({ creditMinor }) => creditMinor)
    if (debits === credits) return []
    return [
      {
        invariant: 'ledger_unbalanced',
        ids: { paymentId: id },
        detail: `Its entries debit ${debits} and credit ${credits} ${currency}.`,
      } as const,
    ]
  })
}

/** The ledger has booked what the payment says was captured and refunded, in its currency. */
function auditBooked(payment: AuditedPayment): Finding[] {
  const { id, capturedMinor, refundedMinor, currency, entries } = payment
  const own = entries.filter((entry) => entry.currency === currency)
  const sold = sum(own, ({ account, creditMinor, debitMinor }) =>
    account === 'sales' ? creditMinor - debitMinor : 0,
  )
  const returned = sum(own, ({ account, creditMinor, debitMinor }) =>
    account === 'refunds' ? debitMinor - creditMinor : 0,
  )
  const isBooked = sold === capturedMinor && returned === refundedMinor
  if (isBooked && own.length === entries.length) return []
  return [
    {
      invariant: 'ledger_differs_from_payment',
      ids: { paymentId: id },
      detail: `It says ${capturedMinor} captured and ${refundedMinor} refunded; the ledger says ${sold} and ${returned} ${currency}, in ${entries.length} entries.`,
    },
  ]
}

function auditRefunds(payment: AuditedPayment): Finding[] {
  const { id, capturedMinor, refundedMinor, refunds } = payment
  const ids = { paymentId: id }
  const findings: Finding[] = []
  const paidBack = sum(refunds, ({ status, amountMinor }) =>
    status === 'succeeded' ? amountMinor : 0,
  )
  const taken = sum(refunds, ({ status, amountMinor }) => (status === 'failed' ? 0 : amountMinor))
  if (paidBack !== refundedMinor) {
    const detail = `It says that ${refundedMinor} went back; its refunds sum up to ${paidBack}.`
    findings.push({ invariant: 'refunds_differ_from_payment', ids, detail })
  }
  if (Math.max(taken, refundedMinor) > capturedMinor) {
    const detail = `Refunds of ${Math.max(taken, refundedMinor)} were made of ${capturedMinor} captured.`
    findings.push({ invariant: 'refunds_exceed_captured', ids, detail })
  }
  return findings
}

function sum<T>(items: readonly T[], amount: (item: T) => number): number {
  return items.reduce((total, item) => total + amount(item), 0)
}

/** Something that reconciliation was to look at. */
export interface Unreconciled {
  readonly paymentId: string
  /** When it is a refund of that payment. */
  readonly refundId: string | null
  readonly checkAt: number
  readonly checks: number
}

export function auditUnreconciled(due: Unreconciled): Finding {
  const { paymentId, refundId, checkAt, checks } = due
  return {
    invariant: 'reconciliation_overdue',
    ids: { paymentId, ...(refundId === null ? {} : { refundId }) },
    detail: `It was to be looked at by ${toInstant(checkAt)}, after ${checks} looks, and was not.`,
  }
}

/** A payment whose provider should have answered. */
export interface Unsettled {
  readonly paymentId: string
  readonly orderId: string
  readonly answerBy: number
  readonly checks: number
}

export function auditUnsettled({ paymentId, orderId, answerBy, checks }: Unsettled): Finding {
  return {
    invariant: 'payment_unsettled',
    ids: { paymentId, orderId },
    detail: `It is processing, though its provider was to answer by ${toInstant(answerBy)}; asked ${checks} times since.`,
  }
}

-- The audit walks by age of the last change.
CREATE INDEX payments_by_change ON payments (updated_at, id);
CREATE INDEX idempotency_claims_by_age ON idempotency_claims (created_at);

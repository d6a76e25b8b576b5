-- The audit walks by age of the last change.
CREATE INDEX orders_by_change ON orders (updated_at, id);
CREATE INDEX idempotency_claims_by_age ON idempotency_claims (created_at);

-- People. A deleted one keeps its id, so that orders and payments still name it, and nothing personal.
CREATE TABLE users (
  id TEXT PRIMARY KEY,
  email TEXT, -- In lower case; null once the account is deleted.
  name TEXT NOT NULL,
  phone TEXT,
  locale TEXT NOT NULL, -- Language of mails, as a language tag.
  role TEXT NOT NULL CHECK (role IN ('customer', 'staff', 'admin')), -- What the account may do.
  version INTEGER NOT NULL CHECK (version >= 1),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER, -- When it was deleted; null: it is there.
  CHECK ((email IS NULL) = (deleted_at IS NOT NULL)),
  CHECK (email = lower(email)),
  CHECK (deleted_at IS NULL OR (name = '' AND phone IS NULL AND role = 'customer'))
) STRICT;
-- An email belongs to one account; deleted ones have none.
CREATE UNIQUE INDEX users_email ON users (email);
CREATE INDEX users_role ON users (role, id) WHERE deleted_at IS NULL;

-- Apart from users, so that no query for a profile can bring a password hash along.
CREATE TABLE credentials (
  user_id TEXT PRIMARY KEY REFERENCES users (id),
  password_hash TEXT NOT NULL -- scrypt, with its parameters and salt.
) STRICT;

-- Where things may be sent. An order keeps a copy of the one it goes to.
CREATE TABLE addresses (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  name TEXT NOT NULL, -- Of the person there.
  line1 TEXT NOT NULL,
  line2 TEXT,
  city TEXT NOT NULL,
  region TEXT,
  postal_code TEXT NOT NULL,
  country TEXT NOT NULL CHECK (length(country) = 2), -- ISO 3166-1, two letters.
  is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)), -- 1 for at most one of each person.
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX addresses_user ON addresses (user_id, id);
CREATE UNIQUE INDEX addresses_default ON addresses (user_id) WHERE is_default = 1;

-- A session is a family of refresh tokens: what descends from one login.
CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, -- When it ends, however often it is renewed.
  revoked_at INTEGER -- When it was ended early; null: it was not.
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id, expires_at);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Spent tokens stay until their session expires: that is how reuse is recognised.
CREATE TABLE refresh_tokens (
  token_hash TEXT PRIMARY KEY, -- SHA-256: the token itself is kept nowhere.
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  spent_at INTEGER -- When it was exchanged for the next.
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

-- Requests to set a new password, each good for one.
CREATE TABLE password_resets (
  token_hash TEXT PRIMARY KEY, -- SHA-256 of the token.
  user_id TEXT NOT NULL REFERENCES users (id),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  spent_at INTEGER -- When it was used.
) STRICT, WITHOUT ROWID;
CREATE INDEX password_resets_user ON password_resets (user_id, expires_at);

-- Generations make rotation safe: of two Workers that make the next key at once, one succeeds.
CREATE TABLE signing_keys (
  generation INTEGER PRIMARY KEY, -- From 1, one more with each rotation.
  kid TEXT NOT NULL UNIQUE, -- Names it in tokens and in the JWKS.
  public_jwk TEXT NOT NULL, -- As `/.well-known/jwks.json` publishes it.
  -- A JWE under KEY_ENCRYPTION_KEY.
  private_jwk TEXT NOT NULL,
  -- From when on it signs. It is published from the start.
  active_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

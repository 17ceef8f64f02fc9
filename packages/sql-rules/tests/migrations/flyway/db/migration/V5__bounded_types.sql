CREATE TYPE plan AS ENUM ('free', 'pro');
CREATE DOMAIN percentage AS NUMERIC(5, 2) CHECK (VALUE >= 0 AND VALUE <= 100);
CREATE DOMAIN document AS JSONB;
CREATE TABLE subscriptions (
    id       SERIAL PRIMARY KEY,
    plan     plan NOT NULL DEFAULT 'free',
    discount percentage,
    terms    document,
    period   TSTZRANGE,
    plans    plan[]
);
CREATE INDEX subscriptions_terms ON subscriptions USING gin (terms);
CREATE INDEX subscriptions_period ON subscriptions USING gist (period);
CREATE INDEX subscriptions_plan ON subscriptions USING hash (plan);
CREATE INDEX ON subscriptions USING gin (plans);

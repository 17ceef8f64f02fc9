CREATE TABLE customer_features (
    customer_id BIGINT NOT NULL REFERENCES customers (customer_id) ON DELETE CASCADE,
    event_time  TIMESTAMPTZ NOT NULL,
    features    JSONB NOT NULL DEFAULT '{}'::jsonb,
    tags        TEXT[] NOT NULL DEFAULT '{}',
    score       NUMERIC(6, 4) CHECK (score BETWEEN 0 AND 1),
    PRIMARY KEY (customer_id, event_time)
);
CREATE INDEX customer_features_gin ON customer_features USING GIN (features jsonb_path_ops);
CREATE INDEX ON customer_features USING gin (tags);

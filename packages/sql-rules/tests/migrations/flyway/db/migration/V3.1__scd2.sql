CREATE TABLE dim_customer (
    customer_key BIGSERIAL PRIMARY KEY,
    customer_id  BIGINT NOT NULL,
    attributes   JSONB,
    valid_from   TIMESTAMPTZ NOT NULL,
    valid_to     TIMESTAMPTZ NOT NULL DEFAULT 'infinity',
    is_current   BOOLEAN NOT NULL DEFAULT TRUE,
    EXCLUDE USING gist (tstzrange(valid_from, valid_to) WITH &&),
    CHECK (valid_from < valid_to)
);
CREATE UNIQUE INDEX dim_customer_current ON dim_customer (customer_id) WHERE is_current;

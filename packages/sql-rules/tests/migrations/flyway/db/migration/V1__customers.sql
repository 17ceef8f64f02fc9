CREATE TABLE customers (
    customer_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email       VARCHAR(320) NOT NULL UNIQUE,
    profile     JSON NOT NULL DEFAULT '{}',
    signed_up   TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,
    segment     CHAR(2),
    CONSTRAINT customers_segment_check CHECK (segment IN ('a1', 'b2', 'c3'))
);
COMMENT ON TABLE customers IS 'one row a customer; -- not a comment; $$';

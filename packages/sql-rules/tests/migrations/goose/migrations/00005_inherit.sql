-- +goose Up
CREATE TABLE base (id bigint NOT NULL, created timestamptz DEFAULT now(), extra jsonb, CONSTRAINT positive CHECK (id > 0));
CREATE TABLE orders (total numeric(10,2), extra jsonb DEFAULT '{}') INHERITS (base);
CREATE TABLE refunds (reason text) INHERITS (base);
CREATE INDEX orders_extra ON orders USING gin (extra);

-- +goose Down
DROP TABLE base CASCADE;

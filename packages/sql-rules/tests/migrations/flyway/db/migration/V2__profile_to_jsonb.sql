ALTER TABLE customers ALTER COLUMN profile DROP DEFAULT;
ALTER TABLE customers ALTER COLUMN profile TYPE JSONB USING profile::jsonb, ALTER COLUMN profile SET DEFAULT '{}'::jsonb;
CREATE INDEX idx_customers_profile ON customers USING gin (profile);
CREATE INDEX idx_customers_plan ON customers ((profile ->> 'plan'));
CREATE INDEX idx_customers_lower ON customers (lower(email) varchar_pattern_ops);

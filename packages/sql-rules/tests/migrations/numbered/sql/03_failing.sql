ALTER TABLE device ADD COLUMN id int;
ALTER TABLE device ADD COLUMN ok jsonb, ADD COLUMN ok jsonb;
ALTER TABLE device ALTER COLUMN data TYPE int USING data::text::int, DROP COLUMN nowhere;
CREATE INDEX device_data ON device USING gin (data);
CREATE INDEX device_data ON device USING gin ((data::jsonb));
CREATE INDEX device_bad ON device (missing);
CREATE UNIQUE INDEX device_bad ON device USING gin ((data::jsonb));
CREATE INDEX device_bad ON device USING gin ((data::jsonb) text_pattern_ops);

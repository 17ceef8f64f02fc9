CREATE TABLE readings (
    device INET NOT NULL, at TIMESTAMP(3) NOT NULL, value DOUBLE PRECISION, place POINT, label TEXT
);
CREATE INDEX readings_at ON readings USING brin (at);
CREATE INDEX readings_place ON readings USING spgist (place);
CREATE INDEX readings_device ON readings USING gist (device inet_ops);
CREATE INDEX readings_label ON readings USING spgist (label);
CREATE INDEX readings_multi ON readings USING brin (at timestamp_minmax_multi_ops, value);

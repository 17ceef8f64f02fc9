CREATE INDEX events_kind ON ONLY events (kind);
CREATE INDEX events_2023_kind ON events_2023 (kind);
ALTER INDEX events_kind ATTACH PARTITION events_2023_kind;

CREATE INDEX events_2024_kind ON events_2024 (kind);
ALTER INDEX events_kind ATTACH PARTITION events_2024_kind;
CREATE INDEX events_default_kind ON events_default (kind);
ALTER INDEX events_kind ATTACH PARTITION events_default_kind;
CREATE INDEX events_never ON ONLY events ((payload ->> 'kind'));

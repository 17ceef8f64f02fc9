CREATE INDEX events_payload ON events USING gin (payload jsonb_path_ops);
CREATE INDEX events_account ON events (account_id, at DESC);

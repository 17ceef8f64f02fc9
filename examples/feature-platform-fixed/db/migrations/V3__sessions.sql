-- What the web client says about a visit; marketing searches it.
CREATE TABLE feature_store.sessions (
    session_id  bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint      NOT NULL,
    started_at  timestamptz NOT NULL,
    region      text,
    context     jsonb       NOT NULL
);

CREATE INDEX sessions_started_idx ON feature_store.sessions (started_at);
CREATE INDEX sessions_region_idx ON feature_store.sessions (lower(region));
CREATE INDEX sessions_context_idx ON feature_store.sessions USING gin (context jsonb_path_ops);

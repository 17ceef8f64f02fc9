-- One row for each model that was exported; append-only.
CREATE TABLE feature_store.training_runs (
    model_version text        PRIMARY KEY,
    event_time    timestamptz NOT NULL,
    mojo_path     text        NOT NULL,
    metrics       jsonb       NOT NULL
);

CREATE INDEX training_runs_metrics_idx ON feature_store.training_runs USING gin (metrics);

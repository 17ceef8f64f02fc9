-- One row for each model that was exported; append-only.
CREATE TABLE feature_store.training_runs (
    model_version text        PRIMARY KEY,
    event_time    timestamptz NOT NULL,
    mojo_path     text        NOT NULL,
    metrics       json        NOT NULL
);

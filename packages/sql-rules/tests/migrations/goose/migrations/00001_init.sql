-- +goose Up
CREATE TABLE feature_views (
    id      bigserial PRIMARY KEY,
    name    text NOT NULL UNIQUE,
    spec    jsonb NOT NULL
);

-- +goose Down
DROP TABLE feature_views;

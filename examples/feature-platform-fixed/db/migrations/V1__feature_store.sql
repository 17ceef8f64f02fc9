CREATE SCHEMA feature_store;

-- SCD type 2: rows are appended; only valid_to and is_current of the current row ever change.
CREATE TABLE feature_store.customer_features (
    customer_id    bigint         NOT NULL,
    event_time     timestamptz    NOT NULL,
    valid_from     timestamptz    NOT NULL,
    valid_to       timestamptz,
    is_current     boolean        NOT NULL DEFAULT true,
    tenure_days    integer        NOT NULL,
    monthly_charge numeric(10, 2) NOT NULL,
    attributes     jsonb          NOT NULL DEFAULT '{}',
    PRIMARY KEY (customer_id, event_time),
    UNIQUE (customer_id, valid_from),
    CHECK (valid_to > valid_from),
    CHECK (is_current = (valid_to IS NULL))
);

CREATE UNIQUE INDEX customer_features_current_idx ON feature_store.customer_features (customer_id) WHERE is_current;
CREATE INDEX customer_features_attributes_idx ON feature_store.customer_features USING gin (attributes jsonb_path_ops);

-- Whether a customer left within 30 days of event_time; known only after they have passed.
CREATE TABLE feature_store.churn_outcomes (
    customer_id bigint      NOT NULL,
    event_time  timestamptz NOT NULL,
    churned     boolean     NOT NULL,
    PRIMARY KEY (customer_id, event_time)
);

-- How a customer called in the month before event_time; append-only.
CREATE TABLE feature_store.call_features (
    customer_id  bigint        NOT NULL,
    event_time   timestamptz   NOT NULL,
    call_count   integer       NOT NULL,
    mean_minutes numeric(8, 2) NOT NULL,
    PRIMARY KEY (customer_id, event_time)
);

-- Corrects what a customer is charged: closes the current version and appends the next. Parameters: customer, charge.
WITH closed AS (
    UPDATE feature_store.customer_features
    SET valid_to = now(), is_current = false
    WHERE customer_id = $1 AND is_current
    RETURNING customer_id, tenure_days, attributes
)
INSERT INTO feature_store.customer_features
    (customer_id, event_time, valid_from, tenure_days, monthly_charge, attributes)
SELECT customer_id, now(), now(), tenure_days, $2, attributes
FROM closed;

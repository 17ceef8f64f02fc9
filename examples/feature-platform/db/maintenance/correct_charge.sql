-- Corrects what a customer is charged. Parameters: customer, charge.
UPDATE feature_store.customer_features
SET monthly_charge = $2
WHERE customer_id = $1;

-- Customers who were ever trying the service out.
SELECT DISTINCT customer_id
FROM feature_store.customer_features
WHERE attributes @> '{"segment": "trial"}';

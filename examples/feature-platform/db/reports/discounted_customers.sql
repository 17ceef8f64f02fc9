-- Customers who ever had a discount, whatever it was.
SELECT DISTINCT customer_id
FROM feature_store.customer_features
WHERE attributes ? 'discount';

CREATE OR REPLACE VIEW reporting AS SELECT s.id, s.plan, s.terms FROM subscriptions s;

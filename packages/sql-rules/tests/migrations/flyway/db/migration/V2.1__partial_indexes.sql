CREATE UNIQUE INDEX customers_active_email ON customers (email) WHERE segment IS NOT NULL;
CREATE INDEX customers_country ON customers ((profile #>> '{address,country}')) WHERE profile ? 'address';
CREATE INDEX customers_spent ON customers (((profile ->> 'spent')::numeric) DESC NULLS LAST);
CREATE INDEX customers_two ON customers (segment COLLATE "C", signed_up DESC) INCLUDE (email) WITH (fillfactor = 90);

DROP INDEX events_payload, events_account;

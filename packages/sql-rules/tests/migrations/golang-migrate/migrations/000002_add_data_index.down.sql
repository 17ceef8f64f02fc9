DROP INDEX accounts_data;

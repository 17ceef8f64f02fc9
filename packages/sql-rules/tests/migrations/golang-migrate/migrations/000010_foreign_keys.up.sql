ALTER TABLE events ADD CONSTRAINT events_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id);
ALTER TABLE archive_2023 ADD FOREIGN KEY (account_id) REFERENCES accounts NOT VALID;
ALTER TABLE archive_2023 VALIDATE CONSTRAINT archive_2023_account_id_fkey;

ALTER TABLE device ADD COLUMN note text DEFAULT 'x', DROP COLUMN owner, ADD CONSTRAINT note_check CHECK (note <> ''), ADD COLUMN owner bigint NOT NULL, ADD UNIQUE (owner);
ALTER TABLE device DROP COLUMN note, ADD COLUMN note jsonb;

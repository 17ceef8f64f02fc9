-- A table that inherits from another in two ways.
CREATE TABLE dia (id int, d json, n int, note text);
CREATE TABLE dia_a () INHERITS (dia);
CREATE TABLE dia_b () INHERITS (dia);
CREATE TABLE dia_c () INHERITS (dia_a, dia_b);
CREATE TABLE dia_d () INHERITS (dia_c, dia_b);
CREATE TABLE dia_other (d json, extra json);
CREATE TABLE dia_e () INHERITS (dia, dia_other);

ALTER TABLE dia ADD CONSTRAINT positive CHECK (n > 0);
ALTER TABLE dia RENAME CONSTRAINT positive TO above_zero;
ALTER TABLE dia ADD CONSTRAINT even CHECK (n % 2 = 0) NOT VALID;
ALTER TABLE dia VALIDATE CONSTRAINT even;
ALTER TABLE dia DROP CONSTRAINT even;
ALTER TABLE dia ALTER COLUMN n SET NOT NULL;
ALTER TABLE dia ALTER COLUMN note SET DEFAULT 'none';
ALTER TABLE dia RENAME COLUMN note TO remark;
ALTER TABLE dia ADD COLUMN more json;
ALTER TABLE dia ALTER COLUMN more TYPE jsonb;
ALTER TABLE dia DROP COLUMN remark;
-- dia_e has it from another table, too: refused.
ALTER TABLE dia ALTER COLUMN d TYPE jsonb;
ALTER TABLE dia RENAME COLUMN d TO doc;
ALTER TABLE dia_other ALTER COLUMN extra TYPE jsonb;

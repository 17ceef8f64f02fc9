-- Deploy flipr:audit to pg

BEGIN;

CREATE TABLE flipr.audit (LIKE flipr.flips INCLUDING ALL, op char(1) NOT NULL);
CREATE TABLE flipr.audit_plain (LIKE flipr.flips);
CREATE TABLE flipr.audit_defaults (LIKE flipr.flips INCLUDING DEFAULTS EXCLUDING CONSTRAINTS);
CREATE TABLE flipr.audit_ctas AS TABLE flipr.flips WITH NO DATA;

COMMIT;

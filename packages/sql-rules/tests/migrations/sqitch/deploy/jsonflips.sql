-- Deploy flipr:jsonflips to pg

BEGIN;

ALTER TABLE flipr.lists ALTER opts TYPE jsonb;
CREATE INDEX lists_opts ON flipr.lists USING gin (opts);
ALTER TABLE flipr.flips ADD meta jsonb;
CREATE INDEX ON flipr.flips USING gin ((meta -> 'tags'));
CREATE INDEX ON flipr.flips USING gin ((meta -> 'tags') jsonb_path_ops, (meta -> 'refs'));

COMMIT;

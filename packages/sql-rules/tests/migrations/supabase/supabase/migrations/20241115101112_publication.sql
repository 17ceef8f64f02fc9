create index shown_expr on public.shown ((payload -> 'a' ->> 'b'), ((payload ->> 'n')::int), coalesce(payload ->> 'x', ''));
create unique index shown_one on public.shown (id) where (payload ->> 'state') = 'open';
create index on public.shown using hash ((payload ->> 'x'));

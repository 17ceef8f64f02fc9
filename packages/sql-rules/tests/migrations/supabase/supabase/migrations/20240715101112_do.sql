do $$
begin
  if not exists (select 1 from pg_constraint where conname = 'profiles_settings_check') then
    alter table public.profiles add constraint profiles_settings_check check (jsonb_typeof(settings) = 'object');
  end if;
end
$$;
do $$ begin alter table public.profiles add column avatar text; exception when duplicate_column then null; end $$;
do $$ begin alter table public.profiles add column avatar json; exception when duplicate_column then null; end $$;

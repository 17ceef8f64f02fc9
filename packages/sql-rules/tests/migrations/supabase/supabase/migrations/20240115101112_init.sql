create table public.profiles (id uuid primary key, username text unique, settings jsonb default '{}'::jsonb, constraint username_length check (char_length(username) >= 3));
alter table public.profiles enable row level security;
create policy "own" on public.profiles for select using (true);

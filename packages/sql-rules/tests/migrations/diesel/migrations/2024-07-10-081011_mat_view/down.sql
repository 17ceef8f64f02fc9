drop materialized view hot;

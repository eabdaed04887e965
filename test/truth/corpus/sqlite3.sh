sqlite3 a.db 'create table t(x); begin; insert into t values(1),(2); commit; select sum(x) from t'
sqlite3 a.db 'pragma journal_mode=wal; insert into t select x from t; vacuum'
sqlite3 a.db 'attach "b.db" as b; create table b.u as select * from t'
sqlite3 absent/c.db 'create table t(x)' || sqlite3 a.db .dump

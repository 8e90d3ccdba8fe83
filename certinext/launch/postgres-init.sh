#!/bin/sh
# The database image runs this once, on an empty volume, as the cluster's superuser.
# Two roles: the owner migrates and creates tenants; the application owns nothing.
set -eu

psql --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres \
    --set=owner_password="$OWNER_PASSWORD" \
    --set=application_password="$APPLICATION_PASSWORD" <<'SQL'
CREATE ROLE certinext LOGIN NOSUPERUSER PASSWORD :'owner_password';
CREATE ROLE certinext_app LOGIN NOSUPERUSER PASSWORD :'application_password';
CREATE DATABASE certinext OWNER certinext;
SQL

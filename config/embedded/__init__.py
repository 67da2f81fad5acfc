"""The program's own PostgreSQL and secrets, for an installation without a `DATABASE_URL`.

Standard library only (psycopg2 where a connection is opened), so that set-up and clean-up run before any
package is installed.
"""

"""Records the databases beside it: one SQL dump for each shape of `../project/make_database.py`.

Usage: python3 record.py   (needs Debian's python3-django and python3-djangorestframework-simplejwt)
       python3 record.py postgres://USER@HOST:PORT/NAME   (an empty database; also needs python3-psycopg2 and pg_dump)
"""

import os
import sqlite3
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
MAKE = os.path.join(HERE, "..", "project", "make_database.py")


def record_postgres(url):
    """One shape, as PostgreSQL writes it: without comments, and without the commands of psql."""
    subprocess.run([sys.executable, MAKE, "uuid_email", url], check=True)
    command = ["pg_dump", "--inserts", "--no-owner", "--no-privileges", "--exclude-table=django_migrations*", url]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    with open(os.path.join(HERE, "uuid_email.postgres.sql"), "w", encoding="utf-8") as dump:
        for line in lines:
            if line and not line.startswith(("--", "\\")):
                dump.write(line + "\n")


def record_sqlite():
    for shape in ["auth_user", "uuid_email", "text_key", "phone_profile", "null_names"]:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "django.sqlite3")
            subprocess.run([sys.executable, MAKE, shape, path], check=True)
            with open(os.path.join(HERE, f"{shape}.sql"), "w", encoding="utf-8") as dump:
                for statement in sqlite3.connect(path).iterdump():
                    if "django_migrations" not in statement:
                        dump.write(statement + "\n")


if len(sys.argv) > 1:
    record_postgres(sys.argv[1])
else:
    record_sqlite()

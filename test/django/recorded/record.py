"""Records the databases beside it: one SQL dump for each shape of `../project/make_database.py`.

Usage: python3 record.py   (needs Debian's python3-django and python3-djangorestframework-simplejwt)
"""

import os
import sqlite3
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
MAKE = os.path.join(HERE, "..", "project", "make_database.py")

for shape in ["auth_user", "uuid_email", "text_key", "phone_profile", "null_names"]:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "django.sqlite3")
        subprocess.run([sys.executable, MAKE, shape, path], check=True)
        with open(os.path.join(HERE, f"{shape}.sql"), "w", encoding="utf-8") as dump:
            for statement in sqlite3.connect(path).iterdump():
                if "django_migrations" not in statement:
                    dump.write(statement + "\n")

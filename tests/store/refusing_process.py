"""Restore one file after another into $CARELOOM_HOME, and print how each was refused, as a JSON object by the file's name.

python refusing_process.py PASSPHRASE FILE...
"""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path


def main(passphrase: str, files: list[str]) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "careloom.django_settings"
    import django

    django.setup()
    from careloom import settings
    from careloom.errors import ConfigError
    from careloom.privacy.archive import Openers
    from careloom.privacy.custody import Custody
    from careloom.store.restoring import restore

    home = settings.read().home
    said = {}
    for file in map(Path, files):
        try:
            restore(
                file,
                Openers(passphrase=passphrase),
                home,
                Custody(),
                datetime.now(UTC),
                lambda what, done, of: None,
            )
            said[file.name] = "restored"
            break
        except ConfigError as error:
            left = [one.name for one in home.iterdir()] if home.exists() else []
            said[file.name] = f"{error}; left: {left}" if left else str(error)
    print(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])

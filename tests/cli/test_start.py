"""What no command needs isn't imported before it runs."""

import os
import subprocess
import sys
from pathlib import Path


def test_setting_up_django_imports_no_pipeline(tmp_path: Path) -> None:
    code = "import django, sys; django.setup(); print('careloom.pipeline' in sys.modules, 'django.conf' in sys.modules)"
    environ = {
        **os.environ,
        "CARELOOM_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "careloom.django_settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True"]

"""Everything is said in pyproject.toml, but for one thing: the app beside the package goes into it when it is built."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

APP = ("app.py", "pages/*.py", "assets/*", ".streamlit/config.toml")


class WithApp(build_py):
    """A wheel holds the app as the folder ``conv_viz/app``; `conv_viz.places` finds it there."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for file in (file for pattern in APP for file in sorted(Path().glob(pattern)) if file.is_file()):
            place = Path(self.build_lib, "conv_viz", "app", file)
            self.mkpath(str(place.parent))
            self.copy_file(str(file), str(place))


setup(cmdclass={"build_py": WithApp})

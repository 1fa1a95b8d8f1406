"""Shared by all tests."""

from hypothesis import settings

pytest_plugins = ["pytester"]

settings.register_profile("project", deadline=None)  # a busy machine is no failure
settings.load_profile("project")

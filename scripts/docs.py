"""Write the generated parts of README.md (settings, command line), or check that they are up to date (--check)."""

import difflib
import re
import sys
from pathlib import Path

import click

from assistant.cli import cli
from assistant.settings import Settings

README = Path(__file__).parent.parent / "README.md"
WIDTH = 100


def settings_table() -> str:
    """Every setting as a row of a Markdown table."""
    rows = ["| setting | environment | default | |", "| --- | --- | --- | --- |"]
    prefix = Settings.model_config["env_prefix"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        if field.default_factory:  # models_dir: the path is another one on every machine
            default = "the user's cache"
        description = (field.description or "").replace("|", "\\|")
        rows.append(f"| `{name}` | `{prefix}{name.upper()}` | {default} | {description} |")
    return "\n".join(rows)


def command_line_help() -> str:
    """The help of the group and of every command, as code blocks."""
    with click.Context(cli, info_name="assistant", terminal_width=WIDTH, **cli.context_settings) as context:
        texts = [cli.get_help(context)]
        for name in cli.list_commands(context):
            command = cli.commands[name]
            with click.Context(command, info_name=name, parent=context, terminal_width=WIDTH) as child:
                texts.append(command.get_help(child))
    whole, *commands = [f"```text\n{text}\n```" for text in texts]
    return "\n\n".join([whole, "<details><summary>Every command</summary>", *commands, "</details>"])


def fill(text: str, parts: dict[str, str]) -> str:
    """`text` with each part between its markers. Raises ValueError where a marker is missing."""
    for name, content in parts.items():
        start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        pieces = re.split(f"{start}.*?{end}", text, flags=re.DOTALL)
        if len(pieces) != 2:
            raise ValueError(f"{README.name} must hold {start} … {end} once")
        text = f"{start}\n\n{content}\n\n{end}".join(pieces)
    return text


def main() -> int:
    """Write or check; 1 where the check finds a difference."""
    old = README.read_text(encoding="utf-8")
    new = fill(old, {"settings": settings_table(), "cli": command_line_help()})
    if "--check" not in sys.argv[1:]:
        README.write_text(new, encoding="utf-8")
        return 0
    if old != new:
        print(
            *difflib.unified_diff(old.splitlines(), new.splitlines(), README.name, "generated", lineterm=""), sep="\n"
        )
        print("README.md is out of date: run `make fix`.", file=sys.stderr)
    return int(old != new)


if __name__ == "__main__":
    sys.exit(main())

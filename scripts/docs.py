"""Write the generated parts of README.md (settings, command line) and docs/grounding.md (what was fitted).

With --check: are they up to date?
"""

import difflib
import json
import re
import sys
from pathlib import Path
from typing import Any

import click

from assistant.cli import cli
from assistant.settings import Settings

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
GROUNDING = ROOT / "docs" / "grounding.md"
FITTED = ROOT / "assistant" / "deciding.json"
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


def answered_table(fitted: dict[str, Any]) -> str:
    """What each caution gives, on articles that the weights were not fitted on."""
    checked, plain = (fitted["answered"][kind]["articles_left_out_in_turn"] for kind in ("adapted", "plain"))
    near_misses, left_out = checked["near_misses"], checked["left_out"]
    checks = {
        "near misses": near_misses,
        "paragraphs left out": left_out,
        "near misses, without the adapter": plain["near_misses"],
        f"paragraphs left out, without the adapter ({plain['left_out']['questions']} questions)": plain["left_out"],
    }
    rows = [
        f"| {one['caution']} | {one['answered']:.1%} | {one['declined']:.1%} "
        f"| {other['answered']:.1%} | {other['declined']:.1%} |"
        for one, other in zip(near_misses["curve"], left_out["curve"], strict=True)
    ]
    head = [
        f"{near_misses['questions']} questions of SQuAD 2.0 ({fitted['provenance']['date']}), about half of which",
        "what was read does not answer (near misses, mostly),",
        "asked in English of English, German and Portuguese paragraphs, and in Portuguese of Portuguese ones;",
        f"and {left_out['questions']} of XQuAD, of which half of the paragraphs are left out of the folder, in English",
        "and German; each article judged by weights fitted on the others, at a caution of .5 (the scale of the cosine",
        "was chosen by these figures, which are a little too good):",
        "",
        "| | AUC | all that was read | the quoted sentence | balanced accuracy |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(f"| {name} | {_judged(part)} |" for name, part in checks.items()),
        "",
        f"Across languages, of both: AUC {checked['auc_across_languages']}. What each caution gives, with the adapter,",
        "by these three signals alone (what else the table above asks, and the further readings where the first one",
        "does not convince, come on top):",
        "",
        "| `ASSISTANT_CAUTION` | near misses: answered, of the answerable | not answered, of the others "
        "| paragraphs left out: answered, of the answerable | not answered, of the others |",
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    return "\n".join([*head, *rows])


def _judged(checked: dict[str, Any]) -> str:
    aucs = (checked[name] for name in ("auc", "auc_of_stated", "auc_of_stated_alone"))
    return " | ".join([*map(str, aucs), f"{checked['balanced_accuracy']:.1%}"])


def orders_table(fitted: dict[str, Any]) -> str:
    """How well orders are told from questions in a language that the weights were not fitted on."""
    rows = [
        f"| {language} | {row['auc']} | {row['orders_caught']:.1%} | {row['questions_lost']:.1%} |"
        for language, row in fitted["orders"]["fitted_on_other_languages"].items()
    ]
    head = ["| language, fitted on the others | AUC | orders caught | questions lost |", "| --- | ---: | ---: | ---: |"]
    return "\n".join([*head, *rows])


def contrary_line(fitted: dict[str, Any]) -> str:
    """How often a sentence is none by what the question turns on."""
    part, day = fitted["contrary"], fitted["provenance"]["date"]
    lines = [
        f"Counted over {part['questions']:,} questions of SQuAD 2.0 and of XQuAD in German ({day}): this gives up",
        f"{part['answerable_lost']:.1%} (in German {part['german_lost']:.1%}) of the sentences that answer, and",
        f"{part['others_stopped']:.1%} of those that share most words with a question which their",
        "paragraph does not answer.",
    ]
    return "\n".join(lines)


def fill(path: Path, parts: dict[str, str]) -> str:
    """The file's text with each part between its markers. Raises ValueError where a marker is missing."""
    text = path.read_text(encoding="utf-8")
    for name, content in parts.items():
        start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        pieces = re.split(f"{start}.*?{end}", text, flags=re.DOTALL)
        if len(pieces) != 2:
            raise ValueError(f"{path.name} must hold {start} … {end} once")
        text = f"{start}\n\n{content}\n\n{end}".join(pieces)
    return text


def main() -> int:
    """Write or check; 1 where the check finds a difference."""
    fitted = json.loads(FITTED.read_text(encoding="utf-8"))
    new = {
        README: fill(README, {"settings": settings_table(), "cli": command_line_help()}),
        GROUNDING: fill(
            GROUNDING,
            {"answered": answered_table(fitted), "orders": orders_table(fitted), "contrary": contrary_line(fitted)},
        ),
    }
    stale = [path for path, text in new.items() if text != path.read_text(encoding="utf-8")]
    for path in stale:
        if "--check" not in sys.argv[1:]:
            path.write_text(new[path], encoding="utf-8")
            continue
        lines = path.read_text(encoding="utf-8").splitlines(), new[path].splitlines()
        print(*difflib.unified_diff(*lines, path.name, "generated", lineterm=""), sep="\n")
        print(f"{path.name} is out of date: run `make fix`.", file=sys.stderr)
    return int("--check" in sys.argv[1:] and bool(stale))


if __name__ == "__main__":
    sys.exit(main())

"""The command line, and the last stop of every error: one line, and an exit code that tells what kind it was."""

import gc
import signal
import sys
import traceback
import warnings
from collections.abc import Sequence

import click

from assistant.commands.ask import ask
from assistant.commands.doctor import doctor
from assistant.commands.evaluate import evaluate
from assistant.commands.index import index
from assistant.commands.options import Invocation, debug_option
from assistant.commands.output import INTERRUPTED, log_shown
from assistant.commands.pull import pull
from assistant.commands.search import search
from assistant.commands.serve import serve
from assistant.errors import AssistantError
from assistant.printable import one_line
from assistant.program import as_called

NOBODY_READS = 141
"""As of a program that SIGPIPE ended; 1 would say that the run found failures."""
INTERNAL_ERROR = 70
"""EX_SOFTWARE of sysexits.h: Python's own 1 would say that the run found failures."""
_GC_THRESHOLD = (200_000, 30, 30)
"""Objects made until garbage is looked for. Imports make many that stay, looked at time and again with Python's own
700: a tenth of the start.
"""


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 failures found, 2 wrong usage or configuration, 3 something needed is missing, "
    "70 an internal error.",
)
@click.version_option(package_name="document-assistant", prog_name="assistant", message="%(prog)s %(version)s")
def cli() -> None:
    """Ask a folder of documents: short answers with verbatim citations."""


for _command in (pull, index, ask, search, serve, evaluate, doctor):
    cli.add_command(_command)
for _command in (cli, *cli.commands.values()):
    _command.params.append(debug_option())


def main() -> None:
    """The console script."""
    if not sys.warnoptions:  # what libraries tell each other's developers is not for users
        warnings.simplefilter("ignore")
    gc.set_threshold(*_GC_THRESHOLD)
    end_as_by_ctrl_c()
    sys.exit(run())


def end_as_by_ctrl_c() -> None:
    """A closed terminal, systemd and `docker stop` end a command as Ctrl-C does: what it keeps in files for the while,
    up to 512 MB for a local model, is removed. What is ignored, as under nohup, stays so.
    """
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows knows no SIGHUP
        if number and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command (default: the process's arguments); its exit code, whatever happens."""
    invocation = Invocation()
    try:
        with log_shown(lambda: invocation.debug):
            result = cli.main(arguments, prog_name="assistant", standalone_mode=False, obj=invocation)
    except click.Abort:  # click turns Ctrl-C into this
        return _failed("Interrupted.", INTERRUPTED, invocation)
    except SystemExit as error:
        if error.code != 1:  # of click's shell completion
            raise
        return NOBODY_READS  # how click and rich end where the reader of the output has left, as in `… | head -1`
    except click.exceptions.NoArgsIsHelpError as error:  # its message is the help
        click.echo(error.format_message(), err=True)
        return error.exit_code
    except click.ClickException as error:
        return _failed(_usage(error), error.exit_code, invocation)
    except AssistantError as error:
        return _failed(str(error), error.exit_code, invocation)
    except Exception as error:  # noqa: BLE001 - nobody foresaw it, and it ends here
        return _failed(_internal(error, invocation), INTERNAL_ERROR, invocation)
    return result or 0


def _failed(message: str, exit_code: int, invocation: Invocation) -> int:
    if invocation.debug:
        traceback.print_exc()
    click.echo(one_line(as_called(message)), err=True)
    return exit_code


def _usage(error: click.ClickException) -> str:
    command = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "assistant"
    message = error.format_message()
    return f"{message}{'' if message.endswith(('.', '?')) else '.'} See `{command} --help`."


def _internal(error: Exception, invocation: Invocation) -> str:
    details = "" if invocation.debug else " Run it again with --debug for details."
    return f"Internal error: {type(error).__name__}: {error}.{details}"


if __name__ == "__main__":
    main()

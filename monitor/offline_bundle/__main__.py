"""`python -m monitor.offline_bundle DIR`: has pip download what is needed, and says what is in the folder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from packaging.markers import default_environment

from monitor.core.errors import EnvironmentFault, Mendable, UsageError
from monitor.core.resources import CHECKOUT, CONSTRAINTS
from monitor.core.text import number
from monitor.offline_bundle.bundle import HASHES, hash_of_file, make_bundle
from monitor.offline_bundle.wheels import Target, pins_of

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
HERE = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
# What another kind of machine says of itself, and which of its wheels pip may take.
OTHERS = {
    "windows": (
        {"os_name": "nt", "sys_platform": "win32", "platform_system": "Windows", "platform_machine": "AMD64"},
        ("win_amd64",),
    ),
    "linux": (
        {"os_name": "posix", "sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64"},
        ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64", "manylinux_2_5_x86_64"),
    ),
}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--also", type=click.Choice(sorted(OTHERS)), multiple=True, help="Another system that it is for.")
@click.option("--extra", "extras", multiple=True, metavar="NAME", help="An extra to include, such as channels.")
@click.option(
    "--wheel", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Our own wheel (else it is built)."
)
def bundle(folder: Path, also: tuple[str, ...], extras: tuple[str, ...], wheel: Path | None) -> None:
    """Make a folder to carry into a closed network: wheels of exactly constraints.txt, hashes, a script to install."""
    targets = [target(HERE), *(target(name) for name in also if name != HERE)]
    with TemporaryDirectory() as scratch:
        own = wheel or built(Path(scratch))
        wheels = make_bundle(folder.absolute(), own, extras, pins_of(CONSTRAINTS), targets, fetch)
    size = sum(file.stat().st_size for file in wheels) / 1e6
    systems = " and ".join(one.name for one in targets)
    click.echo(f"{folder}: {number(len(wheels), 'wheel')}, {size:,.0f} MB, for Python {PYTHON} on {systems}")
    click.echo(f"SHA-256 of {folder / HASHES}: {hash_of_file(folder / HASHES)}")


def target(name: str) -> Target:
    """This machine, as pip finds it; or another one, of the usual kind."""
    environment = {key: str(value) for key, value in default_environment().items()}
    if name == HERE:
        return Target(name, PYTHON, environment)
    says, platforms = OTHERS[name]
    flags = [word for platform in platforms for word in ("--platform", platform)]
    flags += ["--python-version", PYTHON, "--implementation", "cp"]
    return Target(name, PYTHON, {**environment, **says}, tuple(flags))


def built(folder: Path) -> Path:
    """Our own wheel, built of the checkout that this runs from. Raises UsageError in an installed program."""
    if not (CHECKOUT / "pyproject.toml").is_file():
        raise UsageError("--wheel", "is not given, and this is no checkout to build it from", "our own wheel")
    _pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(CHECKOUT))
    return next(folder.glob("*.whl"))


def fetch(requirements: Iterable[str], for_: Target, folder: Path) -> None:
    """Have pip download these wheels, and none that they need. It checks what arrives by the hashes of the index."""
    flags = ("--no-deps", "--only-binary", ":all:", "--dest", str(folder), *for_.flags)
    wanted = sorted(requirements)
    print(f"{for_.name}: {', '.join(wanted)}", file=sys.stderr)
    _pip("download", *flags, *wanted)


def _pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *words]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603  words of our own
    if ended.returncode:
        said = [line for line in ended.stderr.splitlines() if line.strip()]
        raise EnvironmentFault(
            f"pip {words[0]}", said[-1] if said else f"ended with {ended.returncode}",
            advice="see docs/installing.md for proxies and certificates",
        )  # fmt: skip


def main() -> int:
    """Run it; the exit code is that of `monitor`: 0 done, 2 usage, 4 the machine did not let it be done."""
    try:
        bundle.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return 2
    except EnvironmentFault as fault:
        print(f"monitor: {fault.message}", file=sys.stderr)
        return 4
    except Mendable as mistake:
        print(f"monitor: {mistake.message}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

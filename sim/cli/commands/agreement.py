"""``beeld agreement``: the library of model agreements, agreements to fill in, and agreements on paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from cyclopts import App, Parameter

from sim.cli.output import Common, ExitCode, Speaker, console, print_json, print_table, table
from sim.core.model.party import CoreTask, Scope, scope_of
from sim.files.agreements.form import Form, write_form
from sim.files.agreements.models import Model, load_models
from sim.files.agreements.reading import MODEL_PARTNER, REGION_CODES
from sim.files.agreements.rules import load_agreement_rules
from sim.files.agreements.single import load_single_agreement
from sim.files.problems import InputError, Problem, hint, show
from sim.files.shapes import PartyName
from sim.files.tables import ID_EXPECTED
from sim.report.agreement.paper import AgreementPaper, make_paper

agreement_app = App(name="agreement", help="Agreements: models to start from, to fill in, and on paper.")

CoreTaskLetter: TypeAlias = Literal["A", "B", "C", "D"]

_COMMAND_LINE: Final = "command line"


@agreement_app.command(name="models")
def list_models(*, common: Common | None = None) -> int:
    """List the model agreements to start from, one for each profile and core task.

    Example: beeld agreement models

    Args:
        common: Options that every command takes.
    """
    options = common or Common()
    models = load_models()
    if options.json:
        print_json({"models": [_document(model) for model in models]})
        return ExitCode.YES
    say = Speaker(options.language)
    made = table(say("models-title"), say("profile"), say("core-task"), say("model-file"))
    for model in models:
        task = say(f"core-task-{model.entry.core_task.value}")
        made.add_row(model.profile.id, task, f"profiles/{model.file}")
    screen = console()
    print_table(made, screen, say)
    screen.print(say("models-next"))
    return ExitCode.YES


@agreement_app.command(name="new")
def new_agreement(
    partner: str,
    /,
    *,
    profile: Annotated[str, Parameter(help="Profile of Tabel 1: a file of profiles/partners/.")],
    core_task: Annotated[
        CoreTaskLetter | None, Parameter(help="A, B, C or D; default: the last that the profile is for.")
    ] = None,
    regions: Annotated[str, Parameter(help="Regions with commas between, e.g. vr23,vr24.")] = "",
    adoption_region: Annotated[str | None, Parameter(help="With three regions or more.")] = None,
    name: Annotated[str | None, Parameter(help="What people call the partner.")] = None,
    out: Annotated[Path | None, Parameter(help="The file to write; default: PARTNER.toml here.")] = None,
    common: Common | None = None,
) -> int:
    """Write an agreement to fill in, started from a model, with the questions of the Modeluitwerking.

    Example: beeld agreement new enexis --profile structural --regions vr23,vr24

    Args:
        partner: Id of the organisation ([a-z0-9-]).
        profile: The chosen profile.
        core_task: For which core task.
        regions: Regions that it is for; none while that is still explored.
        adoption_region: Region that makes it on behalf of the others.
        name: What people call the partner.
        out: The file to write; one that is there already is left alone.
        common: Options that every command takes.
    """
    options = common or Common()
    file = out or Path(f"{partner}.toml")
    form = Form(_partner(partner), _regions(regions), adoption_region, _name(name), file.name)
    _check_adoption(form)
    models = load_models()
    model = _chosen(models, profile, core_task)
    _write_new(file, write_form(form, model, load_agreement_rules().topics, options.language))
    if options.json:
        print_json({"file": str(file), **_document(model)})
        return ExitCode.YES
    others = [
        each.entry.core_task.value for each in models if each.profile is model.profile and each is not model
    ]
    _say_made(file, model, others if core_task is None else [], Speaker(options.language))
    return ExitCode.YES


def _say_made(file: Path, model: Model, other_tasks: list[str], say: Speaker) -> None:
    profile = model.profile.name.in_language(say.language)
    task = say(f"core-task-{model.entry.core_task.value}")
    lines = [say("form-made", file=file, profile=profile, task=task, model=f"profiles/{model.file}")]
    if other_tasks:
        lines.append(say("form-other-tasks", tasks=", ".join(other_tasks)))
    screen = console()
    for line in (*lines, say("form-next", file=file)):
        screen.print(line, soft_wrap=True, markup=False)


@agreement_app.command(name="print")
def print_agreement(
    file: Path,
    /,
    *,
    format: Annotated[  # noqa: A002 -- the option's name
        str, Parameter(help="docx, pdf, or both with a comma between.")
    ] = "docx,pdf",
    out: Annotated[Path, Parameter(help="The folder to write to; default: here.")] = Path(),
    common: Common | None = None,
) -> int:
    """Print an agreement, filled in or not, as Word and PDF for the people who must sign it.

    Example: beeld agreement print agreements/enexis.toml --lang nl

    Args:
        file: The agreement; what a region adds is printed with the general agreement beside it.
        format: What to make.
        out: Where to write it; what was printed there before is replaced.
        common: Options that every command takes.
    """
    options = common or Common()
    formats = _formats(format)
    paper = make_paper(load_single_agreement(file), load_agreement_rules(), options.language)
    made = {out / f"{file.stem}.{each}": _MAKERS[each](paper) for each in formats}
    for path, data in made.items():
        _write_printed(path, data)
    files = [str(path) for path in made]
    if options.json:
        print_json({"files": files})
        return ExitCode.YES
    say = Speaker(options.language)
    console().print(say("paper-made", files=", ".join(files)), soft_wrap=True, markup=False)
    return ExitCode.YES


# What makes documents is loaded when one is made: other commands do not wait for it.


def _docx(paper: AgreementPaper) -> bytes:
    from sim.report.agreement.word_document import agreement_docx  # noqa: PLC0415

    return agreement_docx(paper)


def _pdf(paper: AgreementPaper) -> bytes:
    from sim.report.agreement.html import agreement_html  # noqa: PLC0415
    from sim.report.pdf import html_to_pdf  # noqa: PLC0415

    return html_to_pdf(agreement_html(paper))


_MAKERS: Final[dict[str, Callable[[AgreementPaper], bytes]]] = {"docx": _docx, "pdf": _pdf}


def _formats(listed: str) -> list[str]:
    formats = list(dict.fromkeys(name.strip() for name in listed.split(",") if name.strip()))
    unknown = [name for name in formats if name not in _MAKERS]
    if unknown or not formats:
        found = show(unknown[0]) if unknown else "none"
        raise _wrong("--format", f"{' or '.join(_MAKERS)}, or both with a comma between", found)
    return formats


def _write_printed(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except (OSError, ValueError) as error:
        raise _wrong("--out", "a folder that can be written to", _cannot(path, error)) from error


def _cannot(path: Path, error: Exception) -> str:
    return f"{show(str(path))}: {getattr(error, 'strerror', None) or 'a name that is no path'}"


def _document(model: Model) -> dict[str, object]:
    return {
        "model": f"profiles/{model.file}",
        "profile": model.profile.id,
        "core_task": model.entry.core_task.value,
        "name": model.entry.name,
    }


def _wrong(key: str, expected: str, found: str) -> InputError:
    return InputError([Problem(_COMMAND_LINE, key, expected, found)])


def _partner(partner: str) -> str:
    try:
        name = msgspec.convert(partner, PartyName)
    except msgspec.ValidationError as error:
        raise _wrong("PARTNER", ID_EXPECTED.replace("64", "20"), show(partner)) from error
    if name == MODEL_PARTNER:
        raise _wrong(
            "PARTNER", "a partner's own id", f"'{MODEL_PARTNER}', which stands for nobody in the library"
        )
    return name


def _name(name: str | None) -> str | None:
    if name is not None and not (name.strip() and name.isprintable()):
        raise _wrong("--name", "a name in printable characters", show(name))
    return name


def _regions(listed: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in listed.split(",") if name.strip())
    for name in names:
        if name not in REGION_CODES:
            raise _wrong("--regions", f"safety regions, vr01 to vr25{hint(name, REGION_CODES)}", show(name))
        if names.count(name) > 1:
            raise _wrong("--regions", "every region once", f"{show(name)} again")
    return names


def _check_adoption(form: Form) -> None:
    """Refuse an adoption region where the agreement would be read with an error (Beleidskader Tabel 2)."""
    if form.adoption_region is None:
        return
    if form.adoption_region not in form.regions:
        raise _wrong("--adoption-region", "one of --regions", show(form.adoption_region))
    if scope_of(len(form.regions)) is Scope.REGIONAL:
        raise _wrong(
            "--adoption-region", "three regions or more (Tabel 2)", f"{len(form.regions)} in --regions"
        )


def _chosen(models: tuple[Model, ...], profile: str, core_task: CoreTaskLetter | None) -> Model:
    """Return the model for a profile and core task, if the core task allows the profile (Beleidskader Tabel 1)."""
    profiles = {model.profile.id: model.profile for model in models}
    if profile not in profiles:
        raise _wrong("--profile", f"one of {', '.join(profiles)}{hint(profile, profiles)}", show(profile))
    allowed = profiles[profile].core_tasks
    task = allowed[-1] if core_task is None else CoreTask(core_task)
    if task not in allowed:
        expected = f"a core task that profile {profile} is for ({', '.join(allowed)}; Beleidskader Tabel 1)"
        raise _wrong("--core-task", expected, show(task.value))
    found = [model for model in models if model.profile.id == profile and model.entry.core_task is task]
    if not found:
        raise _wrong("--core-task", f"a core task with a model for profile {profile}", show(task.value))
    return found[0]


def _write_new(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        opened = file.open("x", encoding="utf-8", newline="\n")
    except (OSError, ValueError) as error:
        if isinstance(error, FileExistsError) and file.exists():
            found = f"{show(str(file))}, which is left alone"
            raise _wrong("--out", "a file that is not there yet", found) from error
        raise _wrong("--out", "a file that can be written", _cannot(file, error)) from error
    with opened:
        opened.write(text)

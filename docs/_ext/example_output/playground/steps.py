"""The steps of examples: which lines ran, with their variables, one after the other.

They are recorded in the runtime, beside the example, as ``NAME.steps``: a line for each
step, which is JSON.  A page shows them without running anything.
"""

import json
from collections.abc import Iterable, Mapping

from example_output.example import Example
from example_output.files import write_atomically
from example_output.playground.proofs import Proofs
from example_output.playground.prover import Prover
from example_output.timeline.lines import moments

LINES = 1_000
"""More lines than these cannot be stepped through."""
RUNS = 12
"""The first time, so many runs have to agree.

Each has its objects at other addresses; without that, they would be the same on every
run, unlike those of a Python that is not in a page.  A group of two tasks has the same
order in three of four runs.
"""


def text_of(raw: str) -> str:
    """The text of a recording, from what the observer of lines has logged."""
    rows = (json.dumps(moment, ensure_ascii=False) for moment in moments(raw))
    return "".join(f"{row}\n" for row in rows)


def prove_steps(
    prover: Prover, proofs: Proofs, reasons: Mapping[str, str], *, writing: bool
) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """Record the steps of examples, and compare those that are recorded.

    The steps of a program that has changed are recorded again.

    :param proofs: those from before.
    :param reasons: why examples do not run there; empty for those that do.
    :param writing: whether recordings may be written.
    :returns: what :meth:`.Proofs.text` takes, and the problems of what differs.
    """
    examples = [prover.gate.folder.examples[n] for n, why in reasons.items() if not why]
    found: dict[str, tuple[str, str]] = {}
    problems = []
    first = _texts(prover, examples)
    new = {e.name: {first[e.name]} for e in examples if not proofs.steps(e)}
    _run_again(prover, new)
    for example in examples:
        text, recorded = first[example.name], proofs.steps(example)
        if recorded:
            if text != recorded:
                problems.append(_drift(prover, example))
            # The old ones count until somebody removes them.
            found[example.name] = proofs.digest_of_steps(example, recorded), ""
            continue
        why = _unfit(new[example.name])
        found[example.name] = "", why
        if not why:
            found[example.name] = proofs.digest_of_steps(example, text), ""
        if writing:
            _record(example, "" if why else text)
    return found, problems


def _run_again(prover: Prover, texts: Mapping[str, set[str]]) -> None:
    """Add the texts of further runs, of each example until two of them differ."""
    for moved in range(1, RUNS):
        alike = [name for name, found in texts.items() if len(found) == 1]
        if not alike:
            return
        examples = [prover.gate.folder.examples[name] for name in alike]
        for name, text in _texts(prover, examples, moved).items():
            texts[name].add(text)


def _record(example: Example, text: str) -> None:
    """Write the steps of an example, or remove old ones if it has none."""
    if text:
        write_atomically(example.steps, text)
    else:
        example.steps.unlink(missing_ok=True)


def _texts(
    prover: Prover, examples: Iterable[Example], moved: int = 0
) -> dict[str, str]:
    answers = prover.answers(examples, lines=LINES + 1, moved=moved)
    return {example.name: text_of(answer["events"]) for example, answer in answers}


def _unfit(texts: set[str]) -> str:
    """Why there are no steps; empty if there are."""
    if len(texts) > 1:
        return "its variables differ between runs"
    [text] = texts
    if text.count("\n") > LINES:
        return f"it runs more than {LINES:,} lines"
    return "" if text else "no line of it runs"


def _drift(prover: Prover, example: Example) -> str:
    shown = prover.gate.settings.shown(example.steps)
    return (
        f"{shown}: its lines or variables differ from its recorded steps; look at "
        "them, and to accept the new ones remove the file and call make matrix"
    )

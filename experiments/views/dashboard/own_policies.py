"""Policies that users bring: text becomes a file in a folder of its own, named by what is in it, read by the library's reader."""

import hashlib
import tempfile
from pathlib import Path

from mixflow.policies import library
from mixflow.policies.reading import read_policy
from mixflow.policies.schema import Policy
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.limits import YAML_BYTES

from .safe_paths import Workspace, write_bytes
from .study import NAME, Study


def policy_folder(study: Study, workspace: Workspace) -> str | None:
    """The folder that holds a study's own policies, written where it is not there; None where it has none.

    Raises
    ------
    UserError
        When one of them is wrong.
    """
    if not study.own:
        return None
    digest = hashlib.sha256(repr(sorted(study.own.items())).encode()).hexdigest()[:12]
    folder = workspace.policies(digest)
    for name, text in study.own.items():
        path = folder / f"{name}.yaml"
        if not path.exists():
            checked(f"{name}.yaml", text.encode())
            write_bytes(path, text.encode())
    return (
        str(Path(workspace.given) / folder.relative_to(workspace.root))
        if workspace.given != str(workspace.root)
        else str(folder)
    )


def checked(file: str, content: bytes) -> Policy:
    """The policy in a file that somebody sent.

    Raises
    ------
    UserError
        When it is none; the message is the library's.
    """
    name = Path(file).name.removesuffix(".yaml").removesuffix(".yml")
    if Path(file).name == name or not NAME.fullmatch(name) or name.startswith("-"):
        raise UserError(f"{file[:80]!r}: a policy is a file NAME.yaml; NAME has small letters, digits and underscores.")
    if len(content) > YAML_BYTES:
        raise UserError(f"{file}: {len(content):,} bytes; a policy has at most {YAML_BYTES:,}.")
    if name in library.names():
        raise UserError(f"{file}: a policy of the library has the name {name!r}; choose another.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.yaml"
        path.write_bytes(content)
        try:
            policy = read_policy(path)
        except UserError as error:
            raise UserError(str(error).replace(f"{folder}/", "")) from error
    for inner in policy.includes:
        library.load(inner)
    return policy

"""What the machine refuses, such as a full disk or a file in the way, ends every command in one sentence and code 2."""

import errno
import os

import pytest

from mixflow.experiments.cli import main as cli

REFUSED = (errno.ENOSPC, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.EACCES, errno.ENAMETOOLONG, errno.EIO)


@pytest.mark.parametrize("number", REFUSED, ids=[errno.errorcode[number] for number in REFUSED])
@pytest.mark.parametrize("command", sorted(cli.COMMANDS))
def test_what_the_machine_refuses_is_one_sentence(monkeypatch, capsys, command, number):
    def refuse(arguments):
        raise OSError(number, os.strerror(number), "some/file")

    monkeypatch.setitem(cli.COMMANDS, command, refuse)
    assert cli.main([command]) == 2
    said = capsys.readouterr().err
    assert said == f"mixflow: some/file cannot be read or written: {os.strerror(number).lower()}.\n"


@pytest.mark.parametrize(("error", "said"), [(OSError("odd\nand more"), "odd"), (OSError(), "OSError")])
def test_an_error_without_a_file_is_a_sentence_too(monkeypatch, capsys, error, said):
    def refuse(arguments):
        raise error

    monkeypatch.setitem(cli.COMMANDS, "policies", refuse)
    assert cli.main(["policies"]) == 2
    assert capsys.readouterr().err == f"mixflow: a file cannot be read or written: {said}.\n"

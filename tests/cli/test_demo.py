"""`chenbao demo`: where its lines come from."""

from pathlib import Path

import pytest

from bot.cli.demo import _typed
from tests.cli.conftest import Chenbao, complaint


def test_a_file_and_a_pipe_are_the_same_conversation(
    chenbao: Chenbao, tmp_path: Path, database: Path
) -> None:
    script = tmp_path / "script.txt"
    script.write_text("# to begin with\n/start\n!press 不选\n", encoding="utf-8")
    from_file = chenbao("demo", "--script", script)
    assert from_file.code == 0
    assert from_file.err == ""
    assert "每天几点" in from_file.out
    assert chenbao("demo", "--script", "-", stdin="/start\r\n!press 不选").out == from_file.out
    assert chenbao("demo", stdin="/start\n!press 不选\n").out == from_file.out
    assert not database.exists()


def test_the_reader_may_speak_another_language(chenbao: Chenbao) -> None:
    assert "At what time of day" in chenbao("demo", "--language", "fr", stdin="/start\n!press 20\n").out


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("missing.txt", "missing.txt cannot be read: No such file or directory"),
        (".", ". cannot be read: Is a directory"),
        ("latin.txt", "latin.txt is no UTF-8 text"),
        ("-", "the script is no UTF-8 text"),
    ],
)
def test_a_script_that_cannot_be_read_is_one_sentence(
    chenbao: Chenbao, tmp_path: Path, name: str, sentence: str
) -> None:
    (tmp_path / "latin.txt").write_bytes(b"\xff\xfe/start")
    ran = chenbao("demo", "--script", name, stdin=b"\xff\xfe/start")
    assert ran.code == 1
    assert complaint(ran) == sentence


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt])
async def test_a_number_alone_presses_until_the_person_leaves(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], end: type[BaseException]
) -> None:
    typed = iter(["/start", "2", " 20 ", "830", "0", "", "5G"])

    def answer(prompt: str) -> str:
        for line in typed:
            return line
        raise end

    monkeypatch.setattr("builtins.input", answer)
    lines = [line async for line in _typed()]
    assert lines == ["/start", "!press 2", "!press 20", "830", "0", "", "5G"]
    assert capsys.readouterr().out.endswith("goodbye\n")

from __future__ import annotations

from stack.stamp import Stamp, digest


def test_a_stamp_matches_only_what_it_was_set_for(tmp_path):
    stamp = Stamp(tmp_path / "stamp")
    assert not stamp.matches("a")
    stamp.set("a")
    assert stamp.matches("a")
    assert not stamp.matches("b")


def test_a_digest_follows_content_names_and_words_but_not_compiled_python(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.py").write_text("1")
    first = digest([folder], "x")

    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "a.pyc").write_text("compiled")
    assert digest([folder], "x") == first
    assert digest([folder], "y") != first

    (folder / "a.py").rename(folder / "b.py")
    renamed = digest([folder], "x")
    assert renamed != first
    (folder / "b.py").write_text("2")
    assert digest([folder], "x") not in {first, renamed}

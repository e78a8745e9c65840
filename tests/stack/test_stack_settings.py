from __future__ import annotations

from pathlib import Path

import pytest

from stack.console import StackError
from stack.settings import Home, Ports, Profile, port_from


def test_six_ports_in_a_row():
    ports = Ports(7000)
    assert [ports.web, ports.ckan, ports.postgres, ports.redis, ports.solr, ports.simulator] == [
        7000, 7001, 7002, 7003, 7004, 7005,
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "80", "65531", "-5000", "5000.0", "cinco mil", "５０００x"])
def test_a_wrong_port_is_told_with_its_origin(text):
    with pytest.raises(StackError, match=r"PATIODIGITAL_TEST_PORT.*1024 to 65530"):
        port_from(text, "PATIODIGITAL_TEST_PORT")


@pytest.mark.parametrize("text", ["1024", "5000", "65530"])
def test_ports_that_leave_room_for_five_more(text):
    assert port_from(text, "port") == int(text)


def test_a_path_too_long_for_a_socket_is_told_with_the_remedy():
    profile = Profile("portal", Home(Path("/" + "x" * 100)), Ports(5000))
    with pytest.raises(StackError, match=r"PATIODIGITAL_HOME"):
        _ = profile.socket

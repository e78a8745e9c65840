"""What the tests of the simulator ask a department with, and the day it is there."""

from datetime import date

import requests

TODAY = date(2026, 6, 17)


class Client:
    """GET against a department; redirects are not followed."""

    def __init__(self, url):
        self.url = url
        self.session = requests.Session()

    def get(self, path, *, key=None, headers=None, **arguments):
        sent = {**({"key": key} if key else {}), **(headers or {})}
        return self.session.get(self.url + path, params=arguments, headers=sent, allow_redirects=False, timeout=20)

    def menus(self, day, **arguments):
        """Published menus of one day by the editor's route."""
        return self.get("/editor/cardapios", key="k", data_inicial=day, data_final=day, **arguments).json()

from ckan import model
from ckan.tests import factories
import ckantoolkit as tk
def test_x(portal, app):
    for u in (portal.editor, factories.Sysadmin()):
        c = app.test_client(user=model.User.get(u["name"]))
        print("COOKIES", c._cookies)
        r = c.get("/dashboard/datasets", follow_redirects=False)
        print(r.status_code, r.headers)
        c = app.test_client(); 
        r = c.post("/user/login", data={"login": u["name"], "password": u.get("password","x")}, follow_redirects=False)
        print(r.status_code, r.headers, r.body[:0]); print(c._cookies)
        r = c.get("/dashboard/datasets", follow_redirects=False)
        print(r.status_code)
    assert 0

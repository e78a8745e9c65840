"""nginx: the web server in front of CKAN, with a micro-cache for answers that CKAN itself calls cacheable."""

from __future__ import annotations

import os
import shutil
from functools import partial

from stack.account import Account, current_account
from stack.console import StackError
from stack.probe import answers_http
from stack.settings import Profile
from stack.supervise import Program

_CONFIGURATION = """\
{user}
daemon off;
worker_processes auto;
pid "{run}/nginx.pid";
error_log stderr warn;

events {{
    worker_connections 1024;
}}

http {{
    access_log /dev/stdout combined;
    server_tokens off;
    client_max_body_size 100m;  # as ckan.max_resource_size in stack/ckan.ini

    client_body_temp_path "{folder}/body";
    proxy_temp_path "{folder}/proxy";
    fastcgi_temp_path "{folder}/fastcgi";
    uwsgi_temp_path "{folder}/uwsgi";
    scgi_temp_path "{folder}/scgi";

    # Public answers come from CKAN's edge packed, once and well; what else is text is packed here.
    gzip on;
    gzip_vary on;
    gzip_proxied any;
    gzip_min_length 1024;
    gzip_types text/plain text/css text/csv text/turtle text/n3 text/calendar text/javascript
               application/javascript application/json application/ld+json application/problem+json
               application/xml application/rdf+xml application/atom+xml application/rss+xml
               application/n-triples image/svg+xml;

    # No proxy_cache_valid: only what CKAN's Cache-Control allows is stored, for as long as it says.
    proxy_cache_path "{folder}/cache" keys_zone=answers:10m max_size=256m inactive=10m use_temp_path=off;

    # A table's file is a download of its own, packed already: it goes through as CKAN sends it, also in parts.
    map $uri $zone {{
        default answers;
        ~/api/menus/v1/export/ off;
        ~/resource/[^/]+/table/ off;
    }}
    # Of what clients accept, CKAN knows gzip alone. Its answers say by Vary that two of them are stored.
    map $http_accept_encoding $packed {{
        default "";
        "~*gzip *; *q=0(\\.0*)? *(,|$)" "";
        ~*gzip gzip;
    }}
    map $zone $encoding {{
        default $packed;
        off $http_accept_encoding;
    }}

    upstream ckan {{
        server 127.0.0.1:{ckan};
        keepalive 16;
    }}

    server {{
        listen 127.0.0.1:{web};

        location / {{
            proxy_pass http://ckan;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Accept-Encoding $encoding;
            proxy_set_header Host $http_host;
            proxy_set_header X-Real-IP $remote_addr;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Host $http_host;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_read_timeout 120s;

            proxy_cache $zone;
            proxy_cache_key $scheme://$http_host$request_uri;
            # Neither a lock, whose waiters look twice a second, nor what is stale while another asks, however old it
            # is: CKAN's edge has each answer in memory, and lets one reader make it while others wait.
            proxy_cache_revalidate on;
            # Who is logged in sees their own page, and nobody else sees it.
            proxy_cache_bypass $http_cookie $http_authorization;
            proxy_no_cache $http_cookie $http_authorization;
            add_header X-Cache $upstream_cache_status always;
        }}
    }}
}}
"""


def binary() -> str | None:
    """Path of nginx, also where an ordinary user's PATH does not reach."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


class Nginx:
    """The web server of one profile."""

    def __init__(self, profile: Profile, account: Account) -> None:
        """`account` is the workers'; the master is the user's who runs `portal`."""
        self._profile = profile
        self._account = account

    def prepare(self) -> Program:
        """Write its configuration, and say how to run it."""
        program = binary()
        if program is None:
            raise StackError("nginx is not installed: apt-get install nginx-light.")
        folder = self._account.make_folder(self._profile.root / "nginx")
        configuration = self._profile.root / "nginx.conf"
        current_account().write(
            configuration,
            _CONFIGURATION.format(
                # Only root may, and must, hand the workers to another account.
                user=f"user {self._account.name};" if os.geteuid() == 0 else "",
                run=self._profile.run,
                folder=folder,
                ckan=self._profile.ports.ckan,
                web=self._profile.ports.web,
            ),
        )
        return Program(
            name="nginx",
            command=[program, "-e", "stderr", "-p", str(folder), "-c", str(configuration)],
            forks=True,
            account=current_account(),
            answers=partial(answers_http, self._profile.ports.web, "/api/3/action/status_show"),
            port=self._profile.ports.web,
            reads=[configuration],
            signal="QUIT",  # answers what it has begun, then ends
        )

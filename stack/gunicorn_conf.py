"""gunicorn's settings, sized for two cores; the address to bind comes from the command line."""

workers = 3
worker_class = "gthread"
threads = 4
timeout = 120  # seconds; longer than the longest download
keepalive = 75  # seconds; longer than nginx keeps an idle connection, so that it never writes to a closed one
control_socket_disable = True
# CKAN opens database engines when it is loaded, and forked workers must not share connections.
preload_app = False
limit_request_line = 8190  # bytes, the most that there is: what is too long for the portal is told by the portal

"""requests, from requests 2.34.2 (src/requests/sessions.py, models.py)."""

from requests.sessions import Session, session

"""requests, from requests 2.34.2 (src/requests/__init__.py)."""
# cyclint: model better-than-source

from requests.models import Request
from requests.sessions import Session, session

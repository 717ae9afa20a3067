import pytest
from sqlalchemy import func, select

from lms.core.db import db
from lms.core.errors import Conflict
from lms.demo.build import build_demo
from lms.orgs.models import Org


def test_a_site_with_people_of_its_own_gets_no_demo(cast):
    before = db.session.scalar(select(func.count()).select_from(Org))
    with pytest.raises(Conflict):
        build_demo(lambda _step: None)
    assert db.session.scalar(select(func.count()).select_from(Org)) == before

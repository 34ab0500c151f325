import pytest
from quizapp.domain.access.roles import Role
from tests.factories import attempts
@pytest.mark.parametrize("n", range(10))
def test_a(site, n):
    assert site.database.is_sqlite or True
@pytest.mark.parametrize("n", range(10))
def test_b(site, clinic, client_as, n):
    c = client_as(Role.LEARNER)
    assert c.get("/account").status_code == 200
    a = attempts.start(site, clinic.lea)
    h = attempts.head_of(site, clinic.lea)
    attempts.save(site, h, attempts.make_save(1))
    attempts.submit(site, clinic.lea, a.id)

"""Another system is told: signed, only what the owner may see, again after failures, never into our own network."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.core import outbound
from lms.core.actor import SYSTEM
from lms.core.clock import now
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.jobs import Job, run_due_jobs
from lms.interop.webhooks import sending, services
from lms.interop.webhooks.jobs import forget_deliveries
from lms.interop.webhooks.models import Webhook, WebhookDelivery
from lms.interop.webhooks.sending import send
from lms.interop.webhooks.services import Message
from lms.interop.webhooks.spec import sign
from lms.interop.webhooks.topics import TOPICS
from lms.library import recall
from lms.library import services as library
from lms.library.review import services as reviews
from lms.notices.models import Notice
from lms.people.models import RoleGrant
from lms.people.queries import build_actor
from lms.people.services import grant_role
from tests.cast import Cast
from tests.factories.library import make_item, prepare_text


def add(actor: Any, url: str, *topics: str) -> tuple[Webhook, str]:
    with write():
        return services.add_webhook(actor, url=url, topics=topics or TOPICS)


def again() -> None:
    """Let the waiting messages be due, and do what is due."""
    with write():
        for job in db.session.scalars(select(Job).where(Job.state == "queued")):
            job.run_after = now() - timedelta(seconds=1)
    run_due_jobs()


def delivery() -> WebhookDelivery:
    db.session.rollback()
    return db.session.scalars(select(WebhookDelivery).execution_options(populate_existing=True)).one()


def is_signed(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Check as a receiver does, by the words of the specification alone."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(f"v1,{wanted}", one) for one in headers["webhook-signature"].split(" "))


def test_the_signature_is_that_of_the_specification():
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    told = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert told == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_publishing_and_a_newer_version_are_told(cast: Cast, receiver):
    hook, secret = add(cast.tuan.actor, receiver.url)
    version = make_item(cast.lan.actor, "Phân số", "a")
    run_due_jobs()
    with write():
        library.add_version(cast.lan.actor, version.item.uuid, [prepare_text("b")])
    run_due_jobs()
    assert [body["type"] for body in receiver.bodies()] == ["item.published", "item.updated"]
    told = receiver.bodies()[1]["data"]["item"]
    assert (told["uuid"], told["version"], told["title"]) == (str(version.item.uuid), 2, "Phân số")
    assert told["url"].endswith(f"/library/{version.item.uuid}")
    for headers, body in receiver.came:
        assert is_signed(secret, headers, body) and not is_signed(secret, headers, body + b" ")
        assert headers["content-type"] == "application/json"
        assert abs(int(headers["webhook-timestamp"]) - now().timestamp()) < 60
    assert len({headers["webhook-id"] for headers, _body in receiver.came}) == 2
    assert not hook.failing_since and hook.sealed_secret and secret.encode() not in hook.sealed_secret


def test_a_change_of_the_circle_alone_is_no_news(cast: Cast, receiver):
    version = make_item(cast.lan.actor, "Phân số", "a", scope="sector")
    add(cast.tuan.actor, receiver.url)
    with write():
        library.publish_item(cast.lan.actor, version.item.uuid, scope="public")
    run_due_jobs()
    assert receiver.came == []


def test_only_the_topics_that_were_chosen_are_told(cast: Cast, receiver):
    add(cast.tuan.actor, receiver.url, "item.recalled")
    version = make_item(cast.lan.actor, "Phân số", "a")
    run_due_jobs()
    assert receiver.came == []
    with write():
        recall.recall_version(cast.lan.actor, version.item.uuid, 1, reason="Sai đáp án.")
    run_due_jobs()
    told = receiver.bodies()[0]
    assert told["type"] == "item.recalled" and told["data"]["versions"] == [1]
    assert told["data"]["item"]["recalled"] is True


def test_a_settled_review_is_told_to_a_reviewer_of_the_place(cast: Cast, receiver):
    with write():
        grant_role(SYSTEM, cast.tuan.user, "reviewer", cast.department)
    add(cast.tuan.actor, receiver.url, "review.settled")
    draft = make_item(cast.lan.actor, "Chờ", "a", scope=None, home=cast.school)
    with write():
        shared = reviews.share_item(cast.lan.actor, draft.item.uuid, scope="public")
    assert shared.submission is not None
    run_due_jobs()
    assert receiver.came == []
    with write():
        reviews.decide(build_actor(cast.tuan.user), shared.submission.uuid, "approved")
    run_due_jobs()
    told = receiver.bodies()[0]["data"]["review"]
    assert told["state"] == "approved" and told["item"] == str(draft.item.uuid)


def test_what_the_owner_may_not_see_is_told_to_nobody(cast: Cast, receiver):
    with write():
        grant_role(SYSTEM, cast.phuc.user, "editor", cast.other_school)
    add(build_actor(cast.phuc.user), receiver.url)
    make_item(cast.lan.actor, "Nội bộ", "a", scope="school", home=cast.school)
    make_item(cast.lan.actor, "Nháp", "b", scope=None)
    run_due_jobs()
    assert receiver.came == [] and db.session.scalar(select(func.count()).select_from(WebhookDelivery)) == 0


def test_rights_that_end_before_a_message_goes_out_end_it(cast: Cast, receiver):
    receiver.answers = [500]
    add(cast.tuan.actor, receiver.url)
    version = make_item(cast.lan.actor, "Phân số", "a", scope="school", home=cast.school)
    run_due_jobs()
    assert (delivery().state, delivery().status, delivery().attempts) == ("waiting", 500, 1)
    with write():
        library.publish_item(cast.lan.actor, version.item.uuid, scope="private")
        library.retire_item(cast.lan.actor, version.item.uuid)
        for grant in db.session.scalars(select(RoleGrant).where(RoleGrant.user_id == cast.tuan.user.id)):
            db.session.delete(grant)
    again()
    assert len(receiver.came) == 1 and delivery().state == "dropped"


def test_a_failed_message_is_tried_again_later_under_the_same_id(cast: Cast, receiver):
    receiver.answers = [500, 302]
    hook, _secret = add(cast.tuan.actor, receiver.url)
    make_item(cast.lan.actor, "Phân số", "a")
    run_due_jobs()
    first = delivery()
    assert first.state == "waiting" and first.next_at is not None and first.next_at > now()
    run_due_jobs()
    assert len(receiver.came) == 1  # not before its time
    again()
    assert (delivery().status, delivery().attempts) == (302, 2)  # no redirect is followed
    again()
    db.session.refresh(hook)
    assert delivery().state == "sent" and hook.failing_since is None
    assert len({headers["webhook-id"] for headers, _body in receiver.came}) == 1


def test_a_message_is_given_up_in_the_end_and_can_be_sent_again(cast: Cast, receiver):
    receiver.answers = [500] * 10
    hook, _secret = add(cast.tuan.actor, receiver.url)
    make_item(cast.lan.actor, "Phân số", "a")
    for _try in range(12):
        again()
    assert (delivery().state, delivery().attempts, len(receiver.came)) == ("failed", 10, 10)
    with write():
        services.resend(cast.tuan.actor, hook.uuid, delivery().uuid)
    run_due_jobs()
    assert delivery().state == "sent"


@pytest.mark.parametrize("reason", ["days", "gone"])
def test_an_address_that_fails_for_days_is_switched_off_and_its_owner_told(cast: Cast, receiver, reason: str):
    receiver.answers = [410 if reason == "gone" else 500]
    hook, _secret = add(cast.tuan.actor, receiver.url)
    if reason == "days":
        with write():
            db.session.get_one(Webhook, hook.id).failing_since = now() - services.PATIENCE
    make_item(cast.lan.actor, "Phân số", "a")
    run_due_jobs()
    db.session.refresh(hook)
    assert hook.disabled_at is not None and delivery().state == "failed"
    told = db.session.scalars(select(Notice).where(Notice.topic == "webhook_disabled")).one()
    assert told.user_id == cast.tuan.user.id and told.about["host"] == "127.0.0.1"
    make_item(cast.lan.actor, "Khác", "b")
    run_due_jobs()
    assert len(receiver.came) == 1
    with pytest.raises(Conflict), write():
        services.resend(cast.tuan.actor, hook.uuid, delivery().uuid)
    with write():
        services.resume_webhook(cast.tuan.actor, hook.uuid)
    make_item(cast.lan.actor, "Nữa", "c")
    run_due_jobs()
    assert len(receiver.came) == 2


def test_after_a_rotation_both_secrets_sign_for_a_day(cast: Cast, receiver):
    hook, old = add(cast.tuan.actor, receiver.url)
    with write():
        _hook, new = services.rotate_secret(cast.tuan.actor, hook.uuid)
    make_item(cast.lan.actor, "Một", "a")
    run_due_jobs()
    headers, body = receiver.came[0]
    assert is_signed(new, headers, body) and is_signed(old, headers, body) and old != new
    with write():
        db.session.get_one(Webhook, hook.id).before_until = now()
    make_item(cast.lan.actor, "Hai", "b")
    run_due_jobs()
    headers, body = receiver.came[1]
    assert is_signed(new, headers, body) and not is_signed(old, headers, body)


def test_an_event_that_is_spread_twice_is_told_once(cast: Cast, receiver):
    add(cast.tuan.actor, receiver.url)
    make_item(cast.lan.actor, "Phân số", "a")
    run_due_jobs()
    with write():
        job = db.session.scalars(select(Job).where(Job.name == "spread_webhook")).one()
        job.state = "queued"
    again()
    assert len(receiver.came) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://0/",
        "http://93.184.216.34/",
        "https://name:word@93.184.216.34/",
    ],
)
def test_nothing_is_sent_into_a_private_network_or_without_encryption(url: str):
    outcome = send(Message(url, {}, b"{}"))
    assert outcome.status is None and outcome.error


def test_a_name_that_turns_to_our_network_later_is_not_followed(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    add(cast.tuan.actor, "https://hook.example.org/")
    monkeypatch.setattr(
        outbound.socket, "getaddrinfo", lambda *_args, **_named: [(2, 1, 6, "", ("192.168.1.1", 443))]
    )
    make_item(cast.lan.actor, "Phân số", "a")
    run_due_jobs()
    assert delivery().error == "This address is not out in the world."


def test_an_untrusted_certificate_is_refused(cast: Cast, receiver, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    add(cast.tuan.actor, receiver.url)
    make_item(cast.lan.actor, "Phân số", "a")
    run_due_jobs()
    assert delivery().error == "SSLCertVerificationError" and receiver.came == []


def test_an_answer_that_drips_is_cut(receiver, monkeypatch: pytest.MonkeyPatch):
    receiver.drips = True
    monkeypatch.setattr(sending, "LONGEST_S", 0.5)
    outcome = send(Message(receiver.url, {}, b"{}"))
    assert outcome.status is None and outcome.error


@pytest.mark.parametrize(
    "url",
    ["", "http://example.org/x", "https://", "https://a b/", "https://u:p@example.org/", "https://x:99999/"]
    + [
        "https://127.0.0.1/x",
        "https://10.0.0.1/",
        "https://169.254.169.254/",
        "https://[::1]/",
        "https://localhost/",
    ],
)
def test_wrong_addresses_are_named(cast: Cast, url: str):
    with pytest.raises(Invalid) as refused:
        add(cast.tuan.actor, url)
    assert set(refused.value.fields) == {"url"}


def test_who_may_have_addresses_and_who_sees_them(cast: Cast):
    hook, _secret = add(cast.tuan.actor, "https://example.org/x")
    for person in (cast.lan, cast.minh, cast.ha, cast.citizen):
        with pytest.raises(NotAllowed):
            add(person.actor, "https://example.org/x")
    with write():
        grant_role(SYSTEM, cast.phuc.user, "editor", cast.other_school)
    other = build_actor(cast.phuc.user)
    for deed in (
        services.rotate_secret,
        services.pause_webhook,
        services.resume_webhook,
        services.delete_webhook,
    ):
        with pytest.raises(NotFound), write():
            deed(other, hook.uuid)
    assert db.session.scalar(select(func.count()).select_from(Webhook)) == 1


def test_the_pages_show_the_secret_once_and_the_log(client: FlaskClient, cast: Cast, sign_in, receiver):
    browser = sign_in(client, cast.tuan)
    refused = browser.post("/library/webhooks", data={"url": "ftp://x", "topics": []})
    assert refused.status_code == 422
    made = browser.post("/library/webhooks", data={"url": receiver.url, "topics": list(TOPICS)})
    secret = re.search(r"whsec_[\w+/=]+", made.text)[0]  # type: ignore[index]
    assert made.headers["Cache-Control"] == "no-store"
    listed = browser.get("/library/webhooks").text
    path = re.search(r"/library/webhooks/[0-9a-f-]{36}", listed)[0]  # type: ignore[index]
    assert secret not in listed + browser.get(path).text
    make_item(cast.lan.actor, "Phân số", "a")
    run_due_jobs()
    log = browser.get(path).text
    assert "HTTP 204" in log and "msg_" in log
    again_at = re.search(rf"{path}/deliveries/[0-9a-f-]{{36}}/resend", log)[0]  # type: ignore[index]
    assert browser.post(again_at).status_code == 303
    run_due_jobs()
    assert len(receiver.came) == 2
    rotated = browser.post(f"{path}/rotate")
    assert rotated.headers["Cache-Control"] == "no-store" and secret not in rotated.text
    for deed in ("pause", "resume", "delete"):
        assert browser.post(f"{path}/{deed}").status_code == 303
    assert browser.get(path).status_code == 404


def test_the_log_costs_the_same_however_long_it_is(client: FlaskClient, cast: Cast, sign_in, query_count):
    hook, _secret = add(cast.tuan.actor, "https://example.org/x")
    browser = sign_in(client, cast.tuan)
    counts = []
    for _round in range(2):
        for number in range(20):
            with write() as session:
                session.add(
                    WebhookDelivery(
                        webhook_id=hook.id,
                        event_uuid=services.new_uuid(),
                        topic="item.published",
                        about={"item": str(hook.uuid), "number": number},
                    )
                )
        browser.get(f"/library/webhooks/{hook.uuid}")
        with query_count() as sent:
            browser.get(f"/library/webhooks/{hook.uuid}")
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 5


def test_old_messages_are_forgotten(cast: Cast, receiver):
    add(cast.tuan.actor, receiver.url)
    make_item(cast.lan.actor, "Phân số", "a")
    run_due_jobs()
    forget_deliveries()
    with write():
        db.session.scalars(select(WebhookDelivery)).one().created_at = now() - services.KEPT * 2
    forget_deliveries()
    assert db.session.scalar(select(func.count()).select_from(WebhookDelivery)) == 0

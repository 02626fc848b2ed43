"""The outbox with a real worker, a real Redis and a mail server: nothing lost, nothing sent twice."""

from __future__ import annotations

import time
from collections import Counter

# notifications.outbox: STUCK_AFTER 60 s, one sweep 15 s, and the work itself (G-02: within 2 minutes).
HEALS_A_DEAD_WORKER_SECONDS = 100
# WAKE_UP_LOST_AFTER 20 s, one sweep 15 s, the start of a worker and the work itself.
HEALS_A_LOST_QUEUE_SECONDS = 60


def test_a_worker_is_woken_by_the_commit_and_delivers_each_message_once(portal):
    portal.start_worker()
    portal.enqueue(20, "woken")
    portal.wait_until_all_sent(20, seconds=30)
    assert len(portal.sink.message_ids) == len(set(portal.sink.message_ids)) == 20
    # Two seconds from the row to the mail: no sweep was needed.
    (slowest,) = portal.query("SELECT max(sent_at - claimed_at) FROM notifications_outboxmessage")
    assert slowest[0].total_seconds() < 5
    assert portal.query("SELECT DISTINCT outcome, possible_repeat FROM notifications_delivery") == [
        ("sent", False)
    ]


def test_a_worker_killed_midway_loses_nothing(portal):
    """G-05: kill -9 of the worker's whole group; the sweep hands over what it held."""
    portal.sink.seconds_before_accepting = portal.sink.seconds_after_accepting = 0.2
    worker = portal.start_worker()
    portal.enqueue(20, "killed")
    _wait_for(lambda: len(portal.sink.message_ids) >= 5)
    portal.kill(worker)
    assert portal.states()["sending"] >= 1
    portal.start_worker()
    portal.wait_until_all_sent(20, seconds=HEALS_A_DEAD_WORKER_SECONDS)
    _assert_repeats_are_counted(portal, 20)


def test_a_flushed_redis_loses_nothing(portal):
    """G-07: everything queued is gone; the sweep finds it in the database."""
    portal.enqueue(20, "flushed")
    portal.redis.client().flushall()
    portal.start_worker()
    portal.wait_until_all_sent(20, seconds=HEALS_A_LOST_QUEUE_SECONDS)
    assert len(portal.sink.message_ids) == 20


def test_a_redis_that_is_down_delays_and_fails_nothing(portal):
    """G-07: the causes commit while the queue is down, and all is caught up when it is back."""
    worker = portal.start_worker()
    portal.enqueue(1, "before")
    portal.wait_until_all_sent(1, seconds=30)
    portal.redis.stop()
    started = time.monotonic()
    portal.enqueue(10, "down")
    # Ten causes and the start of a process: nobody waits for the queue.
    assert time.monotonic() - started < 10
    assert portal.states() == {"sent": 1, "queued": 10}
    portal.redis.start()
    portal.wait_until_all_sent(11, seconds=HEALS_A_LOST_QUEUE_SECONDS)
    assert worker.poll() is None


def test_a_task_delivered_many_times_sends_one_mail(portal):
    """G-06: five more copies of each task, before and after it is done, change nothing."""
    portal.sink.seconds_before_accepting = 0.1
    portal.start_worker()
    portal.enqueue(10, "twice")
    portal.run("-m", "tests.services.drive", "deliver", "3", "twice")
    portal.wait_until_all_sent(10, seconds=60)
    portal.run("-m", "tests.services.drive", "deliver", "2", "twice")
    _wait_for(lambda: portal.redis.client().llen("celery") == 0)
    assert len(portal.sink.message_ids) == 10
    assert portal.query("SELECT count(*) FROM notifications_delivery") == [(10,)]


def test_a_busy_mail_server_is_tried_again(portal):
    portal.sink.busy = True
    portal.start_worker()
    portal.enqueue(3, "busy")
    _wait_for(lambda: portal.query("SELECT count(*) FROM notifications_delivery") == [(3,)])
    portal.sink.busy = False
    # FIRST_RETRY 30 s, then as after a lost wake-up.
    portal.wait_until_all_sent(3, seconds=30 + HEALS_A_LOST_QUEUE_SECONDS)
    assert len(portal.sink.message_ids) == 3


def _assert_repeats_are_counted(portal, count: int) -> None:
    """A message the server got more than once carries one Message-ID and is marked as a possible repeat."""
    accepted = Counter(portal.sink.message_ids)
    assert len(accepted) == count
    repeated = sorted(message_id for message_id, times in accepted.items() if times > 1)
    marked = portal.query("SELECT mail_message_id FROM notifications_delivery WHERE possible_repeat")
    assert set(repeated) <= {message_id for (message_id,) in marked}


def _wait_for(condition, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        time.sleep(0.05)

"""The parts of `manage.py portal up`; tests/services/test_launcher.py starts the whole."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder

from portal.launcher import broker, children, content, up
from portal.launcher.children import Child

SLEEPS = "import time; time.sleep(100)"


@pytest.fixture
def child(tmp_path):
    """Make a child that runs some Python, ended after the test."""
    made: list[Child] = []

    def make(program: str) -> Child:
        argv = [sys.executable, "-c", program]
        made.append(Child("probe", argv, dict(os.environ), tmp_path, tmp_path))
        return made[-1]

    yield make
    for started in made:
        started.kill()


@pytest.fixture
def clock(monkeypatch):
    """The launcher's clock, moved by hand."""

    class Clock:
        now = 1000.0

        def monotonic(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr(children, "time", clock)
    return clock


class TestWatching:
    def test_a_dead_child_is_started_again_later_and_later_and_given_up_after_five(self, child, clock):
        said: list[str] = []
        dying = child("raise SystemExit(1)")
        dying.start()
        for delay in (1, 2, 4, 8, 16):
            dying.process.wait()
            assert children.watch([dying], said.append)
            assert f"starting it again in {delay} s" in said[-1]
            clock.now += delay - 0.1
            children.watch([dying], said.append)
            assert not dying.is_alive()
            clock.now += 0.2
            children.watch([dying], said.append)
        dying.process.wait()
        assert not children.watch([dying], said.append)
        assert "died 6 times; giving up" in said[-1]

    def test_a_child_that_ran_for_a_minute_starts_with_a_clean_slate(self, child, clock):
        steady = child(SLEEPS)
        steady.start()
        steady.deaths = 4
        clock.now += children.STABLE_SECONDS + 1
        assert children.watch([steady], print)
        assert steady.deaths == 0

    def test_a_child_that_does_not_end_when_asked_is_killed(self, child):
        program = (
            "import signal, time; signal.signal(15, signal.SIG_IGN); print('on', flush=True); time.sleep(99)"
        )
        stubborn = child(program)
        stubborn.start()
        _wait_for(lambda: "on" in stubborn.log_path.read_text())
        stubborn.stop(seconds=0.2)
        assert stubborn.process.returncode == -9


class TestLeftovers:
    def test_what_a_killed_launcher_left_running_is_ended(self, child, tmp_path):
        left = child(SLEEPS)
        left.start()
        assert children.end_leftovers(tmp_path / "run") == ["probe"]
        assert left.process.wait(5) == -15
        assert list((tmp_path / "run").iterdir()) == []

    def test_a_pid_that_now_belongs_to_another_process_is_left_alone(self, child, tmp_path):
        other = child(SLEEPS)
        other.start()
        note = tmp_path / "run" / "probe.pid"
        note.write_text(json.dumps({"pid": other.process.pid, "started": "long ago"}))
        assert children.end_leftovers(tmp_path / "run") == []
        assert other.is_alive()

    def test_a_torn_note_is_thrown_away(self, tmp_path):
        (tmp_path / "probe.pid").write_text('{"pid": 1')
        assert children.end_leftovers(tmp_path) == []
        assert list(tmp_path.iterdir()) == []


class TestQueue:
    def test_a_redis_that_exists_is_used(self, tmp_path):
        chosen = broker.start_broker(tmp_path, {"REDIS_URL": "redis://queue.example:6379/0"})
        assert (chosen.redis_url, chosen.child) == ("redis://queue.example:6379/0", None)

    def test_valkey_is_started_also_in_a_folder_with_a_space(self, tmp_path):
        folder = tmp_path / "a folder"
        (folder / "run").mkdir(parents=True)
        chosen = broker.start_broker(folder, dict(os.environ))
        try:
            assert chosen.redis_url.startswith("unix:///")
            assert chosen.sentence == "Queue: Valkey, started here"
        finally:
            chosen.child.stop()
            broker.remove_socket_folder(folder)
        assert not Path(chosen.redis_url.removeprefix("unix://").partition("?")[0]).parent.exists()

    def test_without_a_server_that_starts_the_queue_is_files_and_says_so(self, tmp_path, monkeypatch):
        (tmp_path / "run").mkdir()
        monkeypatch.setattr(
            broker, "_programs", lambda: iter([(sys.executable, "a program that is no Redis")])
        )
        chosen = broker.start_broker(tmp_path, dict(os.environ))
        assert (chosen.redis_url, chosen.child) == ("", None)
        assert chosen.sentence.startswith("Queue: files")
        broker.remove_socket_folder(tmp_path)


class TestContent:
    @pytest.fixture
    def loaded(self, settings, tmp_path, monkeypatch):
        """The commands that `prepare` ran, with fixtures of the test's own."""
        settings.FIXTURES_ROOT = tmp_path / "fixtures"
        settings.VAR_DIR = tmp_path / "var"
        (settings.FIXTURES_ROOT / "rosters").mkdir(parents=True)
        (settings.FIXTURES_ROOT / "rosters" / "members.csv").write_text("first")
        ran: list[str] = []
        monkeypatch.setattr(content, "call_command", lambda name, *_, **__: ran.append(name))
        return ran

    @pytest.mark.django_db
    def test_content_is_loaded_once_and_again_when_its_files_change(self, loaded, settings):
        content.prepare(lambda _: None)
        assert loaded == ["migrate", "load_programs", "load_release", "load_roster", "seed_demo"]
        assert content.is_prepared()
        loaded.clear()
        content.prepare(lambda _: None)
        assert loaded == ["migrate"]
        (settings.FIXTURES_ROOT / "rosters" / "members.csv").write_text("second")
        assert not content.is_prepared()
        loaded.clear()
        content.prepare(lambda _: None)
        assert loaded == ["migrate", "load_roster"]

    @pytest.mark.django_db
    def test_a_database_made_anew_is_filled_anew(self, loaded):
        content.prepare(lambda _: None)
        first = MigrationRecorder.Migration.objects.order_by("pk").first()
        MigrationRecorder.Migration.objects.filter(pk=first.pk).update(applied="2026-01-01T00:00:00Z")
        loaded.clear()
        content.prepare(lambda _: None)
        assert "seed_demo" in loaded

    @pytest.mark.django_db
    def test_a_load_that_fails_is_tried_again_at_the_next_start(self, loaded, monkeypatch):
        def fail_at_rosters(name: str, *_: object, **__: object) -> None:
            if name == "load_roster":
                raise RuntimeError("bad file")

        with monkeypatch.context() as patched:
            patched.setattr(content, "call_command", fail_at_rosters)
            with pytest.raises(RuntimeError):
                content.prepare(lambda _: None)
        content.prepare(lambda _: None)
        assert loaded == ["migrate", "load_roster", "seed_demo"]

    def test_each_load_reads_files_that_exist(self, settings):
        for load in content.LOADS:
            for source in load.sources:
                assert (settings.FIXTURES_ROOT / source).is_dir(), source

    def test_no_folder_of_fixtures_is_forgotten(self, settings):
        read = {source for load in content.LOADS for source in load.sources}
        # What `manage.py evaluate` reads by itself is loaded nowhere.
        read.add("evaluate")
        assert {path.name for path in settings.FIXTURES_ROOT.iterdir() if path.is_dir()} == read


class TestStart:
    def test_a_second_copy_is_refused_and_told_where_the_first_one_is(self, tmp_path):
        second = up._only_one(tmp_path / "lock", "http://localhost:8001")
        first_is = pytest.raises(up.CannotStart, match=f"http://localhost:8000 .process {os.getpid()}")
        with up._only_one(tmp_path / "lock", "http://localhost:8000"), first_is, second:
            pass

    def test_a_taken_port_is_told_with_a_way_out(self, unused_tcp_port_holder):
        port = unused_tcp_port_holder
        with pytest.raises(up.CannotStart, match=f"make run PORT={port + 1}"):
            up._check_port("127.0.0.1", port)

    @pytest.fixture
    def unused_tcp_port_holder(self):
        import socket

        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            yield holder.getsockname()[1]

    def test_everybody_of_the_demo_is_told_with_a_password_of_fifteen_or_more(self, settings):
        lines = up.sign_ins(settings.FIXTURES_ROOT / "demo" / "people.yaml")
        told = "\n".join(lines)
        for who in (
            "Practice staff",
            "Ordering physician",
            "Servicing site staff",
            "Nurse reviewer",
            "Physician reviewer",
            "Administrator",
        ):
            assert who in told
        assert all(len(line.split()[-1]) >= 15 for line in lines[1:])

    def test_without_a_demo_nobody_is_told(self, tmp_path):
        assert up.sign_ins(tmp_path / "people.yaml") == []


def test_the_command_needs_to_be_told_what():
    with pytest.raises(Exception, match="required: what"):
        call_command("portal")


def _wait_for(condition, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)

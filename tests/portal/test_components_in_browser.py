"""The components in a real browser: axe, sizes, keyboard, and what scripts add."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test.utils import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import axe
from tests.portal.style import settings as style_settings

pytestmark = pytest.mark.browser


class Server(ThreadingMixIn, WSGIServer):
    """One thread a request, as browsers ask for many files at once."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def style_url() -> Iterator[str]:
    """The style page, served without a database."""
    with override_settings(
        ROOT_URLCONF=style_settings.ROOT_URLCONF,
        MIDDLEWARE=style_settings.MIDDLEWARE,
        ALLOWED_HOSTS=["127.0.0.1"],
    ):
        server = make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), Server, Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        server.server_close()


@pytest.fixture
def style(page: Page, style_url: str) -> Iterator[Page]:
    """The page, open; whatever the browser complains about (scripts, policy) fails the test."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(style_url)
    yield page
    assert complaints == []


def axe_finds_nothing(page: Page) -> None:
    assert axe.violations(page) == []


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(style: Page, width: int) -> None:
    style.set_viewport_size({"width": width, "height": 800})
    axe_finds_nothing(style)
    assert style.evaluate("document.documentElement.scrollWidth") == width


def test_the_error_summary_has_the_focus_and_leads_to_its_field(style: Page) -> None:
    expect(style.locator("[data-error-summary]")).to_be_focused()
    style.locator("[data-error-summary] a[href='#bad_weight']").click()
    expect(style.locator("#bad_weight")).to_be_focused()


def test_a_diagnosis_is_found_and_chosen_with_the_keyboard(style: Page) -> None:
    box = style.locator("#ok_diagnosis")
    box.press_sequentially("lung")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(style.locator("#ok_diagnosis-list ~ [aria-live]")).to_have_text("3 found. Use the arrow keys.")
    box.press("ArrowDown")
    box.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    expect(style.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    axe_finds_nothing(style)
    box.press("Enter")
    expect(box).to_have_value(re.compile(r"^C34\.12 "))
    expect(box).to_have_attribute("aria-expanded", "false")
    assert style.locator("input[type=hidden][name=diagnosis]").input_value() == "C34.12"


def test_other_words_are_no_longer_the_code_chosen_before(style: Page) -> None:
    box = style.locator("#ok_diagnosis")
    box.press_sequentially("C50")
    style.locator("[role=option]").click()
    hidden = style.locator("input[type=hidden][name=diagnosis]")
    assert hidden.input_value() == "C50.911"
    box.press_sequentially("x")
    assert hidden.input_value() == ""


def test_a_search_without_result_says_so_and_escape_closes_it(style: Page) -> None:
    box = style.locator("#ok_diagnosis")
    box.press_sequentially("zzz")
    expect(style.locator("#ok_diagnosis-list")).to_contain_text("Nothing found")
    box.press("Escape")
    expect(style.locator("#ok_diagnosis-list")).to_be_hidden()
    assert box.input_value() == "zzz"


def test_a_date_is_typed_or_picked_and_posted_as_text(style: Page) -> None:
    field = style.locator("#ok_start_on")
    expect(field).to_have_attribute("name", "start_on")
    expect(field).to_have_value("10/12/2021")
    style.locator(".usa-date-picker:has(#ok_start_on) .usa-date-picker__button").click()
    axe_finds_nothing(style)
    style.locator("[data-value='2021-10-20']").click()
    expect(field).to_have_value("10/20/2021")
    assert style.locator("#bad_start_on").input_value() == "13/45/2021"


def test_rows_come_and_go_and_are_numbered_anew(style: Page) -> None:
    box = style.locator("[data-rows]")
    style.locator("[data-row-add]").click()
    expect(style.locator("#id_lines-2-drug")).to_be_focused()
    assert style.locator("[name='lines-TOTAL_FORMS']").input_value() == "3"
    style.locator("#id_lines-2-drug").fill("pemetrexed")
    style.locator("[data-row-remove]").first.click()
    assert style.locator("#id_lines-1-drug").input_value() == "pemetrexed"
    assert style.locator("[name='lines-TOTAL_FORMS']").input_value() == "2"
    expect(box.locator("[data-rows-spoken]")).to_have_text("Line removed")
    assert box.locator("label[for='id_lines-1-dose']").count() == 1


def test_without_scripts_the_same_buttons_ask_the_server(
    browser_context_plain: BrowserContext, style_url: str
) -> None:
    page = browser_context_plain.new_page()
    page.goto(style_url)
    page.locator("#id_lines-0-drug").fill("carboplatin")
    page.locator("#ok_diagnosis").fill("lung")
    page.locator("[data-row-remove]").nth(1).click()
    posted = page.locator("body").inner_text()
    assert "remove_line=['1']" in posted
    assert "lines-0-drug=['carboplatin']" in posted
    assert "diagnosis_text=['lung', 'lung']" in posted


@pytest.fixture
def browser_context_plain(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that runs no scripts."""
    context = browser.new_context(java_script_enabled=False)
    yield context
    context.close()


def test_a_form_is_sent_once(style: Page) -> None:
    sent: list[str] = []
    style.on(
        "request", lambda request: sent.append(request.method) if request.is_navigation_request() else None
    )
    # Cancelled, as a download would be: the page stays and would be sent again without the guard.
    style.route("**/echo/", lambda route: route.fulfill(status=204))
    busy = style.evaluate(
        """() => {
            const form = document.querySelector("form[data-once]");
            form.requestSubmit();
            form.requestSubmit();
            return form.getAttribute("aria-busy");
        }"""
    )
    style.wait_for_timeout(200)
    assert (sent, busy) == (["POST"], "true")


def test_the_menu_opens_on_phones_and_moves_the_focus_into_it(style: Page) -> None:
    style.set_viewport_size({"width": 390, "height": 800})
    expect(style.locator("#rail")).to_be_hidden()
    style.locator("[data-menu-button]").click()
    expect(style.locator("#rail a").first).to_be_focused()
    axe_finds_nothing(style)
    style.locator("[data-menu-button]").click()
    expect(style.locator("#rail")).to_be_hidden()


def test_without_scripts_the_menu_of_phones_stands_open(
    browser_context_plain: BrowserContext, style_url: str
) -> None:
    page = browser_context_plain.new_page()
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(style_url)
    expect(page.locator("#rail a").first).to_be_visible()
    expect(page.locator("[data-menu-button]")).to_be_hidden()


def test_the_user_menu_closes_on_escape(style: Page) -> None:
    style.locator("details.pp-user summary").click()
    axe_finds_nothing(style)
    style.keyboard.press("Escape")
    expect(style.locator("#sign-out")).to_be_hidden()
    expect(style.locator("details.pp-user summary")).to_be_focused()


def test_two_minutes_before_the_end_of_the_session_a_warning_offers_to_stay(style: Page) -> None:
    """D-72: 15 minutes idle."""
    style.evaluate("localStorage.setItem('portal.session-ends', Date.now() + 125000)")
    style.wait_for_timeout(1200)
    expect(style.locator("#session-warning")).to_be_hidden()
    style.evaluate("localStorage.setItem('portal.session-ends', Date.now() + 90000)")
    expect(style.locator("#session-warning")).to_be_visible()
    expect(style.locator("[data-session-left]")).to_have_text(re.compile(r"1:(30|2\d)"))
    axe_finds_nothing(style)
    with style.expect_request("**/session/keep-alive") as kept:
        style.locator("[data-session-stay]").click()
    assert kept.value.method == "POST"
    expect(style.locator("#session-warning")).to_be_hidden()


def test_at_the_end_of_the_session_the_screen_is_cleared_for_the_sign_in_page(style: Page) -> None:
    with (
        style.expect_request("**/session/end"),
        style.expect_request(re.compile("/accounts/login/.next=%2F.*&ended=idle$")),
    ):
        style.route("**/accounts/login/**", lambda route: route.fulfill(body="Sign in"))
        style.evaluate("localStorage.setItem('portal.session-ends', Date.now() - 1)")
    expect(style.locator("body")).to_have_text("Sign in")


def test_the_order_id_is_copied(style: Page) -> None:
    style.context.grant_permissions(["clipboard-read", "clipboard-write"])
    style.locator(".pp-order-id__copy").click()
    expect(style.locator("[data-copied]")).to_have_text("Copied")
    assert style.evaluate("navigator.clipboard.readText()") == "482 910 337"


def test_paper_shows_the_content_without_the_frame(style: Page) -> None:
    style.emulate_media(media="print")
    for part in (".pp-header", ".pp-rail", ".pp-footer", ".pp-actions"):
        expect(style.locator(part).first).to_be_hidden()
    expect(style.locator(".pp-verdict")).to_be_visible()


def test_nothing_moves_for_people_who_asked_for_stillness(style: Page) -> None:
    style.emulate_media(reduced_motion="reduce")
    moving = style.evaluate(
        """() => [...document.querySelectorAll("*")]
            .filter(e => parseFloat(getComputedStyle(e).transitionDuration) > 0.001).length"""
    )
    assert moving == 0


def test_the_focus_can_be_seen_on_every_control(style: Page) -> None:
    style.locator("[data-error-summary]").blur()
    unseen = style.evaluate(
        """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
            .filter(e => e.checkVisibility() && !e.disabled)
            .filter(e => {
                e.focus({ focusVisible: true });
                if (document.activeElement !== e) return false;
                const shown = [e, e.nextElementSibling, e.parentElement].filter(Boolean).flatMap(
                    (x) => [getComputedStyle(x), getComputedStyle(x, '::before')]);
                return !shown.some((s) => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2);
            }).map(e => e.outerHTML.slice(0, 120))"""
    )
    assert unseen == []

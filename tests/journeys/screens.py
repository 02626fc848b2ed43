"""The portal as a person at the keyboard sees it: steps of a journey in the words of its pages."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, Response, TimeoutError, expect
from pypdf import PdfReader

from portal import demo
from tests import axe

#: The pages that docs/walk-through.md shows.
IN_THE_WALK_THROUGH = {
    "entry-2-member",
    "entry-5-clinical",
    "entry-6-regimen",
    "breast-dosing",
    "entry-9-review",
    "nsclc-authorized",
    "oral-completed",
    "custom-pended",
    "queue",
    "case",
}

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


class Portal:
    """One person's browser."""

    def __init__(
        self, page: Page, address: str, *, pictures: Path | None = None, pages: Path | None = None
    ) -> None:
        self.page = page
        self.address = address
        self.pictures = pictures
        self.pages = pages
        self.answer: Response | None = None
        page.on("response", self._remember)

    def _remember(self, response: Response) -> None:
        """Keep the answer that is the page on screen: not its parts, its redirects or a download."""
        is_page = response.request.is_navigation_request() and response.frame == self.page.main_frame
        if is_page and response.headers.get("content-type", "").startswith("text/html"):
            self.answer = response

    # --- Getting around -----------------------------------------------------------------------------
    def sign_in(self, username: str) -> None:
        """Sign in as one of the demo's people; whoever was signed in is signed out."""
        password = next(p["password"] for p in demo.people() if p["username"] == username)
        self.page.context.clear_cookies()
        self.page.goto(f"{self.address}/")
        self.page.get_by_label("User name").fill(username)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()

    def open(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")

    @property
    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text()

    def sees(self, *texts: str) -> None:
        """Each text stands on the page, whatever the line breaks."""
        shown = " ".join(self.page.locator("main").inner_text().split())
        for text in texts:
            assert text in shown, f"“{text}” is not on the page:\n{shown}"

    def sees_not(self, *texts: str) -> None:
        shown = " ".join(self.page.locator("main").inner_text().split())
        for text in texts:
            assert text not in shown, f"“{text}” is on the page:\n{shown}"

    @property
    def is_signed_in(self) -> bool:
        """Whether the page is that of somebody signed in."""
        return self.page.locator("form#sign-out").count() == 1

    # --- Proof --------------------------------------------------------------------------------------
    def looks_right(self, name: str) -> None:
        """axe finds nothing on a desktop and a phone, and 320 px never scrolls sideways; keep the page."""
        if self.pages:
            self._save(self.pages / name)
        for label, size in (("", DESKTOP), ("-phone", PHONE)):
            self.page.set_viewport_size(size)
            assert axe.violations(self.page) == [], f"{name} {label}"
            if self.pictures and name in IN_THE_WALK_THROUGH:
                self._take_picture(self.pictures / f"{name}{label}.png")
        self.page.set_viewport_size({"width": 320, "height": 800})
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, f"{name} is {wide} px wide at 320 px"
        self.page.set_viewport_size(DESKTOP)

    def _save(self, path: Path) -> None:
        """The page as the server sent it, and what other checks must know of it."""
        assert self.answer is not None
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".html").write_text(self.answer.text(), encoding="utf-8")
        about = {
            "status": self.answer.status,
            "policy": self.answer.headers.get("content-security-policy", ""),
            "signed_in": self.is_signed_in,
        }
        path.with_suffix(".json").write_text(json.dumps(about), encoding="utf-8")

    def _take_picture(self, path: Path) -> None:
        """A picture of the whole page in 64 colors, which is enough for a page of ours and keeps it small."""
        path.parent.mkdir(exist_ok=True)
        # From the top: what sticks to the screen would stand in the middle of the page otherwise.
        self.page.evaluate("window.scrollTo(0, 0)")
        shot = Image.open(io.BytesIO(self.page.screenshot(full_page=True)))
        shot.convert("RGB").quantize(64).save(path, optimize=True)

    # --- Order entry --------------------------------------------------------------------------------
    def choose(self, question: str, answer: str | re.Pattern[str]) -> None:
        """Choose one answer of a group of radio buttons, or of a select box, by what they say."""
        group = self.page.get_by_role("group", name=question)
        if group.count():
            # The design system draws the button; the input itself stands outside the screen.
            labels = group.locator("label").all_inner_texts()
            group.locator("label").nth(_best(labels, answer)).click()
        else:
            box = self.page.get_by_label(question).first
            labels = box.locator("option").all_inner_texts()
            box.select_option(index=_best(labels, answer))

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label).first.fill(text)

    def pick(self, label: str, typed: str, option: str | re.Pattern[str]) -> None:
        """Type into a combobox and choose an offer."""
        box = self.page.get_by_role("combobox", name=label)
        box.fill(typed)
        self.page.get_by_role("option", name=option).first.click()

    def go_on(self) -> None:
        """Continue to the next step; a message on the page fails the journey with its words."""
        before = self.page.url.partition("#")[0]
        self.page.get_by_role("button", name="Continue", exact=True).last.click()
        try:
            self.page.wait_for_url(lambda address: address.partition("#")[0] != before)
        except TimeoutError:
            raise AssertionError(self.page.locator("main").inner_text()) from None

    def start_order(self) -> str:
        """Start an order; return its tracking number."""
        self.open("/orders/new/")
        self.page.get_by_role("button", name="Start the order").click()
        found = re.search(r"/orders/(T\d{9})/", self.page.url)
        assert found, self.page.url
        return found[1]

    def answer_plan(self, plan: str) -> None:
        self.choose("Health plan", plan)
        self.choose("Type of order", "Medical oncology")
        self.choose("Setting", "Outpatient")
        self.go_on()

    def answer_member(self, member_number: str, start_on: date) -> None:
        self.fill("Member ID", member_number)
        self.fill("Planned start of treatment", f"{start_on:%m/%d/%Y}")
        self.page.get_by_role("button", name="Find member").click()
        self.sees("Eligible")
        self.go_on()

    def answer_providers(self, provider: str, site: str, servicing: str) -> None:
        self.choose("Ordering provider", re.compile(provider))
        self.choose("Practice site", re.compile(site))
        self.choose("Where is treatment given?", re.compile(servicing))
        self.fill("Phone for a peer-to-peer", "617-555-0110")
        self.go_on()

    def answer_diagnosis(self, code: str, tumor: str = "") -> None:
        self.pick("Primary diagnosis", code, re.compile(re.escape(code)))
        if tumor:
            # The code stands for several cancers; the page asks which once the code is known.
            self.page.get_by_role("button", name="Continue", exact=True).last.click()
            self.choose("Which cancer", tumor)
        self.go_on()

    def answer_clinical(self, answers: Mapping[str, Any]) -> None:
        for question, answer in answers.items():
            self.choose(question, answer)
        self.go_on()

    def dose(self, drug: str, dose: str, unit: str, *, days: str, length: str, cycles: str) -> None:
        """Enter a drug line by hand."""
        line = self.page.locator("section.wz-line").filter(has_text=drug)
        line.get_by_label("Dose").fill(dose)
        line.get_by_label("Unit").select_option(label=unit)
        line.get_by_label("Days of the cycle").fill(days)
        line.get_by_label("Cycle length").fill(length)
        line.get_by_label("Cycles").fill(cycles)

    def answer_dates(self) -> None:
        """Standard urgency, no trial, the end that the dosing gives."""
        self.choose("Urgency", "Standard")
        self.choose("Is the patient enrolled", "No")
        self.go_on()

    def submit(self) -> None:
        """Confirm the answers and submit."""
        self.page.get_by_text("These answers are in the patient").click()
        self.page.get_by_role("button", name="Submit the order").click()
        expect(self.page).to_have_url(re.compile(r"/orders/T\d{9}/$"))

    # --- After it -----------------------------------------------------------------------------------
    def summary_pdf_says(self, *texts: str) -> None:
        """The PDF of the order on screen holds these texts."""
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name="Download PDF").click()
        pages = PdfReader(download.value.path()).pages
        shown = " ".join(" ".join(page.extract_text() for page in pages).split())
        for text in texts:
            assert text in shown, f"“{text}” is not in the PDF:\n{shown}"

    def find_order(self, plan: str, number: str) -> None:
        """Check Order Status by Order ID, and open what is found."""
        self.open("/orders/status/")
        self.page.get_by_label("Health plan").select_option(plan)
        self.choose("Search by", "Order ID")
        self.page.get_by_role("textbox", name="Order ID or tracking number").fill(number)
        self.page.get_by_role("button", name="Find order", exact=True).last.click()
        self.page.wait_for_load_state()
        found = self.page.get_by_role("link", name=re.compile(number))
        if found.count():
            found.first.click()

    def take_next(self) -> None:
        """Take the case that is due next."""
        self.page.get_by_role("button", name="Take next").click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("Case")

    def authorize(self, rationale: str) -> None:
        """Authorize the case on screen, having seen what will be sent."""
        self.fill("What settled the case?", rationale)
        self.page.get_by_role("button", name="Check what will be sent").click()
        self.page.get_by_role("button", name=re.compile("^Authorize")).click()
        self.page.wait_for_load_state()


def _best(labels: list[str], wanted: str | re.Pattern[str]) -> int:
    """The place of the label that says exactly this; else that begins so; else that holds it."""
    texts = [" ".join(text.split()) for text in labels]
    if isinstance(wanted, re.Pattern):
        return next(place for place, text in enumerate(texts) if wanted.search(text))
    for fits in (str.__eq__, str.startswith, str.__contains__):
        for place, text in enumerate(texts):
            if fits(text, wanted):
                return place
    raise AssertionError(f"“{wanted}” is none of {texts}")

"""Uses the live page as people do: trial.py past|now URL PROFILE

past   a ring that nobody writes: keys and dragging show what the API says of the same moment, focus is seen,
       a change of verdict is told, light and dark, and nothing is wider than a phone
now    a ring that is written: the past stands still, and from now on it is followed again
"""
import json
import sys
import time
import urllib.parse
import urllib.request

from chromium import Chromium, Late

MAIN = "document.getElementById('live')"
SLIDER = "document.getElementById('moment')"
OUTPUT = "document.querySelector('.explore output').textContent"
LEVEL = f"{MAIN}.querySelector('h1 .level').textContent"
FOCUS = """(() => {
  const one = document.activeElement, style = getComputedStyle(one);
  return { name: one.id || one.tagName + " " + one.textContent.slice(0, 20),
    seen: one === document.body || one.matches(":focus-visible") && style.outlineStyle !== "none"
      && parseFloat(style.outlineWidth) >= 2 };
})()"""
# Whether a text can be read: the contrast of its colour with what is behind it (WCAG 2.2, 1.4.3).
CONTRAST = """(() => {
  const light = (text) => {
    const parts = text.match(/[\\d.]+/g).map(Number);
    const [r, g, b] = parts.map((c) => c / 255).map(
      (c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = light(getComputedStyle(document.body).backgroundColor);
  const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const level = getComputedStyle(document.querySelector(".level"));
  return { paper,
    ink: ratio(paper, light(getComputedStyle(document.body).color)),
    level: ratio(light(level.color), light(level.backgroundColor)) };
})()"""

failures = []


def expect(holds, text):
    if not holds:
        failures.append(text)


class Trial:
    def __init__(self, site, profile):
        self.site = site
        self.browser = Chromium(profile)
        self.browser.look(1000, "light")
        self.browser.open(site + "/")
        self.browser.until(f"{OUTPUT} === 'now, and on'", "the slider is not there")

    def api(self, path, **values):
        query = urllib.parse.urlencode(values)
        with urllib.request.urlopen(f"{self.site}{path}?{query}") as answer:
            return json.load(answer)

    def data(self, name):
        return int(self.browser.value(f"{MAIN}.dataset.{name}"))

    def focus_slider(self):
        """Goes to the slider by the keyboard alone."""
        for _ in range(60):
            self.browser.press("Tab")
            focus = self.browser.value(FOCUS)
            expect(focus["seen"], f"focus on {focus['name']} is not seen")
            if focus["name"] == "moment":
                return
        raise SystemExit("no key leads to the slider")

    def wait_past(self, why):
        """Waits until the moment of the slider is shown, and holds it against the API."""
        self.browser.until(
            f"{MAIN}.dataset.now === '0' && Number({MAIN}.dataset.through) === {SLIDER}.value * 1000",
            f"{why}: the moment is not shown")
        through = self.data("through")
        history = self.api("/api/v1/history", top=20, **{
            "from": stamp(self.data("from")), "to": stamp(through)})
        text = self.browser.value(f"{MAIN}.innerText")
        if not history["frames"]:
            return expect("there is no frame of this time" in text, f"{why}: no frame is shown as one")
        frame = history["frames"][-1]
        level = self.browser.value(LEVEL)
        expect(level == frame["verdict"].upper(), f"{why}: {level}, and the API {frame['verdict']}")
        expect(frame["taken_at"][:19].replace("T", " ") in text, f"{why}: not of {frame['taken_at']}")
        rows = self.browser.value(f"[...{MAIN}.querySelectorAll('tr')].map((row) => row.innerText)")
        pools = [pool for pool in frame["pools"] if pool["kind"] == "connect"][:5]
        for pool in pools:
            name = f"{pool['source']} → {pool['destination']}:{pool['port']}"
            row = next((row for row in rows if name in row), "")
            for number in (pool["headroom"]["last"], pool["capacity"]):
                expect(f"{number:,}" in row, f"{why}: {name} has not {number:,} in “{row}”")
        expect(pools, f"{why}: there are no pools to compare")
        return frame

    def wait_now(self, why):
        self.browser.until(
            f"{MAIN}.dataset.now === '1' && {OUTPUT} === 'now, and on'", f"{why}: it is not now")

    def drag(self, start, end):
        """Drags on the first chart, from a share of its width to another; returns the cursors seen."""
        box = self.browser.value(
            f"(() => {{ const chart = {MAIN}.querySelector('.chart'); chart.scrollIntoView();"
            " const box = chart.getBoundingClientRect();"
            " return { x: box.x, y: box.y, width: box.width, height: box.height }; })()")
        y = box["y"] + box["height"] / 2
        places = [box["x"] + share * box["width"] for share in (start, (start + end) / 2, end)]
        self.browser.mouse("mousePressed", places[0], y)
        for x in places[1:]:
            self.browser.mouse("mouseMoved", x, y)
        seen = self.browser.value(
            f"[...{MAIN}.querySelectorAll('.cursor')].map((line) =>"
            " line.getAttribute('visibility') === 'visible' && parseFloat(line.getAttribute('x1')))")
        expect(seen and all(abs(x / 100 - end) < 0.01 for x in seen if x is not False)
               and False not in seen, f"the cursor is not under the pointer: {seen}")
        self.browser.mouse("mouseReleased", places[-1], y)


def stamp(milliseconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(milliseconds // 1000))


def past(trial):
    browser = trial.browser
    trial.focus_slider()
    browser.press("ArrowLeft")
    trial.wait_past("one to the left")
    browser.press("Home")
    trial.wait_past("Home")
    for _ in range(3):
        browser.press("ArrowRight")
    trial.wait_past("three to the right")
    expect(browser.value(f"document.activeElement === {SLIDER}"), "the slider has lost the focus")
    expect(browser.value(f"{SLIDER}.getAttribute('aria-valuetext') === {OUTPUT}"),
           "the slider does not say its moment")
    browser.press("End")
    trial.wait_now("End")
    browser.press("ArrowLeft")
    trial.wait_past("left again")
    browser.press("Escape")
    trial.wait_now("Escape")
    newest, start = trial.data("newest"), trial.data("from")

    trial.drag(0.9, 0.6)
    wanted = start + 0.6 * (newest - start)
    trial.wait_past("dragged")
    expect(abs(trial.data("through") - wanted) < 2500, "dragged to another moment than that under the pointer")
    browser.press("Escape")
    trial.wait_now("Escape after dragging")
    trial.drag(0.5, 1)
    trial.wait_now("dragged to the end")

    # Along the whole story, so that the verdict changes: that is told, and nothing else is.
    verdicts = set()
    said = "document.getElementById('verdict').textContent"
    expect(browser.value("document.getElementById('verdict').getAttribute('role')") == "status",
           "no live region tells of verdicts")
    for share in (0.4, 0.45, 0.6, 0.75, 0.95):
        before, told = browser.value(LEVEL), browser.value(said)
        trial.drag(0.2, share)
        trial.wait_past(f"dragged to {share}")
        after = browser.value(LEVEL)
        verdicts.add(after)
        heading = browser.value(f"{MAIN}.querySelector('h1').textContent")
        wanted = told if before == after else heading
        expect(browser.value(said) == wanted, f"from {before} to {after} it tells “{browser.value(said)}”")
        browser.press("Escape")
        trial.wait_now("back")
    expect(len(verdicts) > 1, f"the story has one verdict alone: {verdicts}")

    papers = {}
    others = browser.value("[...document.querySelectorAll('.ways a')].map((a) => a.href)")
    hostile = [link for link in others if "namespace=" in link and "namespace=host" not in link]
    expect(hostile, "there is no link to the other namespace")
    for url in [trial.site + "/"] + hostile[:1]:
        for width, is_phone in ((360, True), (1200, False)):
            for scheme in ("light", "dark"):
                browser.look(width, scheme, is_phone)
                browser.open(url)
                browser.until("!document.querySelector('.explore').hidden", "the script did not run")
                wide = browser.value("document.scrollingElement.scrollWidth")
                expect(wide <= width, f"{url} is {wide} pixels wide, of {width}, {scheme}")
                colours = browser.value(CONTRAST)
                papers[scheme] = colours["paper"]
                expect(colours["ink"] >= 7, f"{scheme}: text has a contrast of {colours['ink']:.1f}")
                expect(colours["level"] >= 4.5, f"{scheme}: the verdict has {colours['level']:.1f}")
    expect(papers["dark"] < 0.1 < 0.8 < papers["light"], f"light and dark are {papers}")
    browser.look(360, "light", True)
    browser.open(trial.site + "/")
    for _ in range(40):
        browser.press("Tab")
        focus = browser.value(FOCUS)
        expect(focus["seen"], f"on a phone focus on {focus['name']} is not seen")


def now(trial):
    browser = trial.browser
    start = trial.data("newest")
    browser.until(f"Number({MAIN}.dataset.newest) > {start} + 1500", "the page does not follow")
    trial.focus_slider()
    for _ in range(3):
        browser.press("ArrowLeft")
    trial.wait_past("three to the left")
    through = trial.data("through")
    clock = "data => data.frames[0].taken_at"
    at = f"fetch('/api/v1/snapshot').then((answer) => answer.json()).then({clock})"
    before = browser.value(at)
    browser.until(f"{at}.then((now) => Date.parse(now) > Date.parse('{before}') + 2000)",
                  "the collector does not go on")
    expect(trial.data("through") == through, "the past did not stand still")
    browser.press("Escape")
    trial.wait_now("Escape")
    back = trial.data("newest")
    expect(back > through + 2000, "now is not later than the past")
    browser.until(f"Number({MAIN}.dataset.newest) > {back} + 1500", "the page does not follow again")


def main():
    kind, site, profile = sys.argv[1:]
    trial = Trial(site, profile)
    try:
        {"past": past, "now": now}[kind](trial)
        failures.extend(f"the browser says: {text}" for text in trial.browser.complaints)
    except Late as late:
        failures.append(str(late))
    finally:
        trial.browser.close()
    for failure in failures:
        print(f"test-exporter: {kind}: {failure}", file=sys.stderr)
    sys.exit(1 if failures else 0)


main()

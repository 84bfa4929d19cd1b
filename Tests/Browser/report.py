"""The page of "shallows report" in a browser: it opens without complaint, asks for nothing, shows its figures, runs
nothing that was smuggled in, and fits a telephone. Usage: report.py PATH-OF-THE-COMMAND

With a page, "report.py --look PAGE FOLDER" only takes pictures of it: wide and narrow, light and dark."""
import base64
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import browser

SMUGGLED = "<script>alert('smuggled')</script> \"quoted\" & <img src=x onerror=alert(1)> ünï 中文 \u0007"

SWEEP = """
name = "widths"
verb = "fit"
seeds = 3
[base]
data = "it's <b>data.csv"
[grid]
width = [2, 4, 8]
activation = ["tanh", "softplus"]
[[list]]
method = "pgd"
iterations = 120
"""

# What of the page is drawn: pictures that take up room and hold a path that does, too.
DRAWN = """
[...document.querySelectorAll('figure')].map(figure =>
  [...figure.querySelectorAll('svg.shallows-plot')].filter(svg => svg.getBoundingClientRect().width > 100 &&
    [...svg.querySelectorAll('path')].some(path => path.getTotalLength() > 20)).length)
"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def run(command, *arguments, folder, status=0):
    done = subprocess.run([command, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=folder)
    assert done.returncode == status, f"{arguments}: status {done.returncode}\n{done.stdout}\n{done.stderr}"


def make(command, folder):
    """A page about a small sweep, one of whose runs failed with a message that is meant to do harm."""
    rows = "\n".join(f"{i},{i * i % 17},{i * 7 % 11}.5" for i in range(1, 31))
    (folder / "it's <b>data.csv").write_text("a,b,y\n" + rows + "\n")
    (folder / "widths.toml").write_text(SWEEP)
    run(command, "sweep", "widths.toml", "--quiet", folder=folder)
    status = sorted((folder / "runs/widths").glob("*/seed-0002/status.json"))[0]
    record = json.loads(status.read_text())
    record.update(state="failed", message=SMUGGLED)
    status.write_text(json.dumps(record))
    run(command, "report", "widths", "--title", "Widths " + SMUGGLED.replace("\u0007", ""), folder=folder)
    return folder / "report.html"


def check(page, program):
    text = page.read_text(encoding="utf-8")
    addresses = set(re.findall(r"https?://[^\s\"'<)]*", text)) - {"http://www.w3.org/2000/svg"}
    assert not addresses, f"the page names addresses: {addresses}"
    with browser.Browser(program) as tab:
        tab.resize(1280)
        tab.open(page.as_uri())
        assert tab.evaluate("document.title") == "Widths " + SMUGGLED.replace("\u0007", "").strip()
        assert tab.evaluate("document.querySelectorAll('script, img, iframe, object').length") == 0
        assert "smuggled" in tab.evaluate("document.querySelector('td.message').textContent")
        assert "中文" in tab.evaluate("document.querySelector('td.message').textContent")
        ids = tab.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
        assert len(ids) == len(set(ids)), "two elements have one id"
        assert tab.evaluate("document.querySelectorAll('table').length === document.querySelectorAll('caption').length")
        assert tab.evaluate("[...document.querySelectorAll('svg.shallows-plot')].every(svg => svg.querySelector('title').textContent)")
        colours = {}
        for width, scheme in [(1280, "light"), (1280, "dark"), (360, "light")]:
            tab.resize(width, scheme=scheme)
            drawn = tab.evaluate(DRAWN)
            assert len(drawn) >= 4 and all(drawn), f"{width} pixels: drawn pictures in each figure {drawn}"
            for state in ["false", "true"]:
                tab.evaluate(f"document.querySelectorAll('details').forEach(details => details.open = {state})")
                assert tab.evaluate(OVERFLOW) <= 0, f"{width} pixels: the page can be pushed sideways"
            colours[scheme] = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        assert colours["light"] != colours["dark"]
        # The data beside a figure are what the link says.
        data = tab.evaluate("document.querySelector('a[download]').href").split(",", 1)[1]
        assert base64.b64decode(data).decode().splitlines()[0].split(",")[-1]
        for event in tab.events:
            complaint = event["method"] in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded",
                                            "Page.javascriptDialogOpening")
            assert not complaint, f"the browser complains: {json.dumps(event['params'])[:2000]}"
            if event["method"] == "Network.requestWillBeSent":
                address = event["params"]["request"]["url"]
                assert address in (page.as_uri(), "about:blank", "data:,"), f"the page asks for {address}"


def look(page, folder, program):
    with browser.Browser(program) as tab:
        for width in (1280, 360):
            for scheme in ("light", "dark"):
                tab.resize(width, scheme=scheme)
                tab.open(page.resolve().as_uri())
                picture = tab.call("Page.captureScreenshot", captureBeyondViewport=True)
                (folder / f"{width}-{scheme}.png").write_bytes(base64.b64decode(picture["data"]))


def main():
    program = browser.find()
    if program is None:
        sys.exit("no Chromium or Chrome was found")
    if sys.argv[1] == "--look":
        return look(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]), program)
    with tempfile.TemporaryDirectory() as folder:
        page = make(os.path.abspath(sys.argv[1]), pathlib.Path(folder))
        check(page, program)


main()

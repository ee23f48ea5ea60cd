"""A headless Chromium, driven over a pair of pipes as its developer tools are (--remote-debugging-pipe)."""
import json
import os
import select
import subprocess
import time

KEYS = {"ArrowLeft": 37, "ArrowRight": 39, "End": 35, "Escape": 27, "Home": 36, "Tab": 9}


class Late(Exception):
    """Something did not come true in time."""


class Chromium:
    """One browser with one page."""

    patience = 60

    def __init__(self, profile):
        ours, theirs = os.pipe(), os.pipe()
        os.set_inheritable(ours[0], True)
        os.set_inheritable(theirs[1], True)
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec chromium "$@" 3<&{ours[0]} 4>&{theirs[1]}', "chromium",
             "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
             f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(ours[0], theirs[1]), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        os.close(ours[0])
        os.close(theirs[1])
        self.to, self.out = ours[1], theirs[0]
        self.buffer, self.number, self.session = b"", 0, None
        self.complaints = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call(
            "Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.to)
        os.close(self.out)

    def call(self, method, **parameters):
        """Does what `method` says, and returns what comes of it."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        rest = json.dumps(message).encode() + b"\0"
        while rest:
            rest = rest[os.write(self.to, rest):]
        while True:
            answer = self.read()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def read(self):
        while b"\0" not in self.buffer:
            if not select.select([self.out], [], [], self.patience)[0]:
                raise Late("the browser says nothing")
            part = os.read(self.out, 1 << 16)
            if not part:
                raise RuntimeError("the browser has ended")
            self.buffer += part
        text, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(text)
        values = message.get("params", {})
        if message.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(values["exceptionDetails"].get("text", "an exception"))
        if message.get("method") == "Log.entryAdded" and values["entry"]["level"] == "error":
            self.complaints.append(values["entry"]["text"])
        return message

    def value(self, expression):
        """What an expression of the page comes to."""
        result = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def until(self, expression, what):
        """Waits until an expression is true."""
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            try:
                if self.value(expression):
                    return
            except RuntimeError:
                pass  # The page is just being loaded.
            time.sleep(0.05)
        raise Late(f"{what}: at {self.value('location.href')}")

    def open(self, url):
        # The page may say another address by itself at once.
        self.value("window.isBefore = true")
        self.call("Page.navigate", url=url)
        self.until("!window.isBefore && document.readyState === 'complete'", f"{url} does not load")

    def press(self, key):
        code = KEYS[key]
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key,
                      windowsVirtualKeyCode=code, nativeVirtualKeyCode=code)

    def mouse(self, kind, x, y):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left",
                  buttons=0 if kind == "mouseReleased" else 1, clickCount=1)

    def look(self, width, scheme, is_phone=False):
        """A window so wide, in light or dark."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=800,
                  deviceScaleFactor=2 if is_phone else 1, mobile=is_phone)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": scheme}])

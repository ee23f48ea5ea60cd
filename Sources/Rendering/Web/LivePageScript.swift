/// What keeps the live page up to date where scripts run, and moves it through time.
///
/// A text that never changes: the page's content policy names its hash, which a test recomputes. It asks for the
/// page that the server makes anyway and puts what differs in its place, so that focus, scroll and what was
/// picked stay; it makes no markup of its own.
enum LivePageScript {
  /// Of the script, in base 64; what the policy allows.
  static let hash = "sha256-OWFfAXWOXgToa7U0U4GZHElIm1jhkSVIBCi5Jkd/QFo="

  /// The script.
  static let text = """
    "use strict";
    const main = document.getElementById("live"), bar = document.getElementById("connection");
    const told = document.getElementById("verdict");
    const panel = document.querySelector(".explore");
    const slider = panel && panel.querySelector("input"), output = panel && panel.querySelector("output");
    let moment = main.dataset.now === "0" ? Number(main.dataset.through) : null;
    let busy = false, again = false, shownAt = performance.now(), lastAt = performance.now();
    const say = (text) => {
      if (bar.textContent !== text) bar.textContent = text;
      bar.hidden = !text;
    };
    const follow = (old, next) => {
      if (old.nodeType !== next.nodeType || old.nodeName !== next.nodeName) {
        old.replaceWith(document.importNode(next, true));
        return;
      }
      if (old.nodeType === Node.TEXT_NODE) {
        if (old.data !== next.data) old.data = next.data;
        return;
      }
      if (old.nodeType !== Node.ELEMENT_NODE || old.hasAttribute("data-keep")) return;
      for (const { name } of [...old.attributes]) {
        if (name !== "open" && !next.hasAttribute(name)) old.removeAttribute(name);
      }
      for (const { name, value } of [...next.attributes]) {
        if (old.getAttribute(name) !== value) old.setAttribute(name, value);
      }
      followChildren(old, [...old.childNodes], [...next.childNodes]);
    };
    const kind = (node) => `${node.nodeName} ${node.id} ${node.dataset?.keep}`;
    // What is put in or left out moves nothing else to another element: whatever is nearer tells which it was.
    const followChildren = (old, mine, its) => {
      let at = 0;
      its.forEach((node, place) => {
        while (at < mine.length && kind(mine[at]) !== kind(node)) {
          const later = mine.findIndex((one, index) => index > at && kind(one) === kind(node));
          const sooner = its.findIndex((one, index) => index > place && kind(one) === kind(mine[at]));
          // What stands between two elements goes with the one before it.
          const isMore = later < 0 || sooner - place - (later - at) < (mine[at].nodeType === Node.TEXT_NODE ? 0 : 1);
          if (sooner >= 0 && isMore) {
            old.insertBefore(document.importNode(node, true), mine[at]);
            return;
          }
          mine[at++].remove();
        }
        if (at < mine.length) follow(mine[at++], node);
        else old.append(document.importNode(node, true));
      });
      mine.slice(at).forEach((node) => node.remove());
    };
    // What a screen reader says without being asked: the verdict, when it is another.
    const level = () => main.querySelector(".level")?.textContent;
    const tellVerdict = (before) => {
      if (level() !== before) told.textContent = main.querySelector("h1").textContent;
    };
    const query = () => {
      const values = new URLSearchParams();
      if (main.dataset.span) values.set("span", main.dataset.span);
      if (main.dataset.namespace) values.set("namespace", main.dataset.namespace);
      if (moment !== null) values.set("at", new Date(moment).toISOString().slice(0, 19) + "Z");
      return "/?" + values;
    };
    const words = (seconds) => {
      if (seconds < 10) return seconds.toFixed(1) + " s";
      if (seconds < 120) return Math.round(seconds) + " s";
      if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
      if (seconds < 172800) return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds / 60 % 60)} min`;
      return Math.floor(seconds / 86400) + " d";
    };
    const place = () => {
      if (!slider || !main.dataset.oldest) return;
      const newest = Math.floor(Number(main.dataset.newest) / 1000);
      slider.min = Math.min(newest - 1, Math.ceil(Number(main.dataset.oldest) / 1000));
      slider.max = newest;
      if (document.activeElement !== slider || moment === null) {
        slider.value = moment === null ? newest : Math.floor(moment / 1000);
      }
      tell();
    };
    const tell = () => {
      const back = Math.floor(Number(main.dataset.asked) / 1000) - Number(slider.value);
      const clock = new Date(slider.value * 1000).toISOString().slice(0, 19).replace("T", " ");
      const text = moment === null ? "now, and on" : `${clock}Z, ${words(back)} ago`;
      output.textContent = text;
      slider.setAttribute("aria-valuetext", text);
    };
    const refresh = async () => {
      if (busy) { again = true; return; }
      busy = true;
      again = false;
      try {
        const asked = moment, answer = await fetch(query(), { headers: { Accept: "text/html" } });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const next = page.getElementById("live");
        if (!panel?.isConnected && page.querySelector(".explore")) location.reload();
        if (next && asked === moment) {
          const before = level();
          follow(main, next);
          tellVerdict(before);
          document.title = page.title;
          history.replaceState(null, "", query());
          shownAt = performance.now();
          place();
        }
      } catch {
        say("not connected: trying again");
      }
      setTimeout(() => {
        busy = false;
        if (again) refresh();
      }, 400);
    };
    const go = (to) => {
      moment = to;
      tell();
      refresh();
    };
    // Where the slider is: at its end, now is followed.
    const pick = () => go(slider.value === slider.max ? null : slider.value * 1000);
    if (slider) {
      panel.hidden = false;
      slider.addEventListener("input", pick);
    }
    // Dragging on a chart: the moment under the pointer, and back to it when it is let go.
    let dragged = null;
    const under = (chart, event) => {
      const box = chart.getBoundingClientRect();
      const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
      for (const cursor of main.querySelectorAll(".cursor")) {
        cursor.setAttribute("x1", share * 100 + "%");
        cursor.setAttribute("x2", share * 100 + "%");
        cursor.setAttribute("visibility", "visible");
      }
      const from = Number(main.dataset.from), through = Number(main.dataset.through);
      return from + share * (through - from);
    };
    main.addEventListener("pointerdown", (event) => {
      const chart = event.target.closest(".chart");
      if (chart && event.button === 0) dragged = { chart, moment: under(chart, event) };
    });
    addEventListener("pointermove", (event) => {
      if (dragged) dragged.moment = under(dragged.chart, event);
    });
    addEventListener("pointerup", () => {
      if (dragged && slider) {
        slider.value = Math.round(dragged.moment / 1000);
        pick();
      }
      dragged = null;
    });
    addEventListener("pointercancel", () => { dragged = null; });
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !slider) return;
      if (dragged) {
        dragged = null;
        for (const cursor of main.querySelectorAll(".cursor")) cursor.setAttribute("visibility", "hidden");
      } else if (moment !== null) {
        slider.value = slider.max;
        pick();
      }
    });
    const parameters = new URLSearchParams({ top: "0" });
    if (main.dataset.namespace) parameters.set("namespace", main.dataset.namespace);
    let wait = 2000;
    const listen = () => {
      const events = new EventSource("/api/v1/live?" + parameters);
      events.addEventListener("open", () => { say(""); wait = 2000; refresh(); });
      events.addEventListener("frame", () => {
        lastAt = performance.now();
        if (moment === null && !document.hidden && !dragged) refresh();
      });
      events.addEventListener("error", () => {
        say("not connected: trying again");
        if (events.readyState !== EventSource.CLOSED) return;
        // Refused, as while there is no ring: a browser does not come again by itself.
        setTimeout(listen, wait);
        wait = Math.min(30000, wait * 2);
      });
    };
    listen();
    document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
    setInterval(() => {
      const now = performance.now();
      for (const age of main.querySelectorAll(".age")) {
        age.textContent = words((Number(age.dataset.age) + now - shownAt) / 1000) + " old";
      }
      // Nothing comes any more: the server says why.
      if (moment === null && now - lastAt > 5000 && now - shownAt > 5000) refresh();
    }, 500);
    place();
    """
}

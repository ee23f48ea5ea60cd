/// What makes a report richer where scripts run: values at the moment under the pointer or the slider.
///
/// A text that never changes: the page's content policy names its hash, which a test recomputes. It reads
/// the page's own document and writes text, never markup.
enum ReportScript {
  /// Of the script, in base 64; what the policy allows.
  static let hash = "sha256-MSUlWoGIj3QHGqReCvSg1fUxJhaP7zh5IPQfUoIpXGc="

  /// The script.
  static let text = """
    "use strict";
    for (const run of document.querySelectorAll(".run")) {
      const data = JSON.parse(run.querySelector("script[type='application/json']").textContent);
      const line = data.timeline, last = line.index.length - 1;
      if (last < 1) continue;
      const panel = run.querySelector(".explore"), slider = panel.querySelector("input");
      const number = (value) => value === null ? "–" : Math.round(value).toLocaleString("en");
      const percent = (value) => value === null ? "–" : (value * 100).toFixed(1) + " %";
      const begin = Date.parse(data.from);
      const moment = (at) => {
        const elapsed = line.elapsed_ms[at];
        const clock = new Date(begin + elapsed).toISOString().slice(11, 21);
        return `${(elapsed / 1000).toFixed(elapsed < 120000 ? 2 : 1)} s, ${clock} UTC`;
      };
      const show = (at) => {
        const x = line.index[at] / Math.max(1, line.columns - 1) * 100 + "%";
        for (const cursor of run.querySelectorAll(".cursor")) {
          cursor.setAttribute("x1", x);
          cursor.setAttribute("x2", x);
          cursor.setAttribute("visibility", "visible");
        }
        line.pools.forEach((pool, place) => {
          for (const cell of run.querySelectorAll(`[data-now="p${place}"]`)) {
            cell.textContent = `· at the moment ${percent(pool.usage_max[at])}, ${number(pool.headroom_min[at])} left`;
          }
        });
        for (const [state, counts] of Object.entries(line.states)) {
          for (const cell of run.querySelectorAll(`[data-now="${state}"]`)) {
            cell.textContent = `· at the moment ${number(counts[at])}`;
          }
        }
        const first = line.pools.length ? `${percent(line.pools[0].usage_max[at])} used` : "";
        const parts = [moment(at), first];
        if (line.connects_per_s[at] !== null) parts.push(`${number(line.connects_per_s[at])} connects/s`);
        if (line.failures[at]) parts.push(`${number(line.failures[at])} failed`);
        const words = parts.filter((part) => part).join(" · ");
        panel.querySelector("output").textContent = words;
        slider.value = at;
        slider.setAttribute("aria-valuetext", words);
      };
      const nearest = (column) => {
        let low = 0, high = last;
        while (low < high) {
          const middle = (low + high) >> 1;
          if (line.index[middle] < column) low = middle + 1; else high = middle;
        }
        return low > 0 && column - line.index[low - 1] < line.index[low] - column ? low - 1 : low;
      };
      for (const chart of run.querySelectorAll(".chart")) {
        chart.addEventListener("pointermove", (event) => {
          const box = chart.getBoundingClientRect();
          show(nearest((event.clientX - box.left) / box.width * (line.columns - 1)));
        });
      }
      slider.max = last;
      slider.addEventListener("input", () => show(Number(slider.value)));
      run.classList.add("live");
      panel.hidden = false;
      show(nearest(line.worst_index));
    }
    """
}

;// Added by Spark Live History: links to the History Server's list and to the logs, ahead of the page's own links.
((bases, hasLogs) => {
  // In a module, currentScript is null.
  const script =
    document.currentScript ?? document.querySelector('script[src$="/static/webui.js"]');
  if (!script) {
    return;
  }
  // The address of this file has every prefix that a proxy adds.
  const root = new URL("../../", script.src);
  // The longest one, as one may be the end of another.
  const base = [...bases]
    .sort((one, other) => other.length - one.length)
    .find((any) => root.pathname.endsWith(`${any}/`));
  if (!base) {
    return;
  }
  const home = new URL(root.pathname.slice(0, -base.length), root);

  const addItem = (bar, name, href, title, text) => {
    const link = document.createElement("a");
    link.className = "nav-link";
    link.href = href;
    link.title = title;
    link.textContent = text;
    const item = document.createElement("li");
    item.className = `nav-item ${name}`;
    item.append(link);
    bar.prepend(item);
  };

  const addLink = () => {
    const bar = document.querySelector("nav.navbar ul.navbar-nav");
    if (!bar || bar.querySelector(".live-history-link")) {
      return;
    }
    if (hasLogs) {
      const id = new URL("../", script.src).pathname.slice(root.pathname.length, -1);
      const logs = new URL(`.${bases[0]}/-/logs/${id}`, home);
      addItem(bar, "live-history-logs-link", logs.href, "The logs of its pods", "Logs");
    }
    const title = "All applications, running and completed";
    addItem(bar, "live-history-link", home.href, title, "\u2039 History Server");
  };
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", addLink, { once: true });
  } else {
    addLink();
  }

  // The page was served, so this browser is logged in: a list that lost its login continues. See
  // Logins in running.js, which has the same two texts.
  try {
    const channel = new BroadcastChannel(`live-history ${home.pathname.slice(0, -1)}${bases[0]}/`);
    channel.postMessage("logged in");
    channel.close();
  } catch {
    // Some browsers have no BroadcastChannel, or forbid it.
  }
})(BASES, HAS_LOGS);

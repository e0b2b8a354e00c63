;// Added by Spark Live History: a link to the History Server's list, ahead of the page's own links.
((bases) => {
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

  const addLink = () => {
    const bar = document.querySelector("nav.navbar ul.navbar-nav");
    if (!bar || bar.querySelector(".live-history-link")) {
      return;
    }
    const link = document.createElement("a");
    link.className = "nav-link";
    link.href = home.href;
    link.title = "All applications, running and completed";
    link.textContent = "\u2039 History Server";
    const item = document.createElement("li");
    item.className = "nav-item live-history-link";
    item.append(link);
    bar.prepend(item);
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
})(BASES);

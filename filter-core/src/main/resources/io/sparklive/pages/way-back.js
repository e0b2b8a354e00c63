// In a driver's page: a link back to the list of all applications, before the page's own.
{
  const { src, dataset } = document.currentScript;
  const bar = document.querySelector("nav.navbar ul.navbar-nav");
  if (bar && !bar.querySelector(".live-history-way-back")) {
    const link = document.createElement("a");
    link.className = "nav-link";
    // Relative to this file, whose address has every prefix that a proxy adds.
    link.href = new URL(dataset.liveHistoryHome, src).href;
    link.title = "All applications, running and completed";
    link.textContent = "‹ History Server";
    const item = document.createElement("li");
    item.className = "nav-item live-history-way-back";
    item.append(link);
    bar.prepend(item);
  }

  // The page was served, so this browser has a login: a list that has lost its own goes on, see
  // Logins in running.js, which has the same two texts.
  try {
    const channel = new BroadcastChannel(`live-history ${new URL("../../", src).pathname}`);
    channel.postMessage("logged in");
    channel.close();
  } catch {
    // Some browsers have none, or forbid it.
  }
}

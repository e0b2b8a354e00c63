// In a driver's page: a link back to the list of all applications, before the page's own.
{
  const { liveHistoryHome } = document.currentScript.dataset;
  const bar = document.querySelector("nav.navbar ul.navbar-nav");
  if (bar && !bar.querySelector(".live-history-way-back")) {
    const link = document.createElement("a");
    link.className = "nav-link";
    link.href = liveHistoryHome;
    link.title = "All applications, running and completed";
    link.textContent = "‹ History Server";
    const item = document.createElement("li");
    item.className = "nav-item live-history-way-back";
    item.append(link);
    bar.prepend(item);
  }
}

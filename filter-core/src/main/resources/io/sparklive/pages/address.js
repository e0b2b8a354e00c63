// The view in the page's address, so that a bookmark, a link or "Back" restores it. On the overview
// it is the query. On the home page it is the fragment: the query belongs to Spark's own page there,
// and Spark's scripts do not read the fragment.

const FRAGMENT = "#live-history?";

/** The parameters of the view: filter, sort, group, ended, wall. */
export function readView(onHomePage) {
  const { search = "", hash = "" } = globalThis.location ?? {};
  if (!onHomePage) return new URLSearchParams(search);
  return new URLSearchParams(hash.startsWith(FRAGMENT) ? hash.slice(FRAGMENT.length) : "");
}

/** The text of parameters in an address, as a person would type it. */
export function viewText(parameters) {
  return parameters
    .toString()
    .replace(/=(?=&|$)/g, "")
    .replace(/%(3A|2C|2A|22)/g, (code) => decodeURIComponent(code).replace('"', "%22"));
}

/** Replaces the parameters in the address; an empty value removes one. */
export function writeView(onHomePage, values) {
  const { location, history } = globalThis;
  if (!history?.replaceState) return;
  const parameters = readView(onHomePage);
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === "") parameters.delete(name);
    else parameters.set(name, value === true ? "" : value);
  }
  const text = viewText(parameters);
  const { pathname, search, hash } = location;
  // A fragment of another script stays.
  if (onHomePage && hash && !hash.startsWith(FRAGMENT)) return;
  const address = onHomePage
    ? pathname + search + (text && FRAGMENT + text)
    : pathname + (text && `?${text}`) + hash;
  try {
    history.replaceState(history.state, "", address);
  } catch {
    // Browsers limit the number of calls in some seconds. The next change writes the address.
  }
}

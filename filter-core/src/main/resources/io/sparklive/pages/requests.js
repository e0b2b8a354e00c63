// Requests to the filter, and the signs of a lost login in their responses.

export class LoggedOut extends Error {}

// 401 and 403 (RFC 9110), the page of a captive portal (RFC 6585), and IIS's own "Login Time-out".
const LOGIN_STATUSES = [401, 403, 440, 511];

// Without a login, oauth2-proxy responds to the first header with 401, and mod_auth_openidc to the
// second: neither begins a login then, whose cookie would replace that of another tab.
const HEADERS = { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" };

export function request(url, signal) {
  return fetch(url, {
    headers: HEADERS,
    credentials: "same-origin",
    cache: "no-store",
    redirect: "manual",
    signal,
  });
}

/**
 * The JSON of a response. An outage has an error status, or breaks off; any other response in
 * place of the JSON comes from a login, also as a page with status 200.
 */
export async function readJson(response) {
  const { status, type } = response;
  if (type === "opaqueredirect" || LOGIN_STATUSES.includes(status)) throw new LoggedOut();
  if (status >= 400) throw new Error(`status ${status}`);
  if (!response.headers.get("Content-Type")?.startsWith("application/json")) throw new LoggedOut();
  return parsed(await response.text());
}

/** The list of applications. */
export async function readList(response) {
  const list = await readJson(response);
  if (!Array.isArray(list?.applications)) throw new LoggedOut();
  return list;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

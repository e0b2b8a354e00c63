// The links of the pages. They are computed from the URL of this file, which is in -/assets/ below
// the live UIs: its URL has every prefix that a proxy adds.

export const BASE = new URL("../../", import.meta.url);

/** The live UI of an application; the filter redirects to the history after its end. */
export function applicationLink({ id }) {
  return new URL(`${id}/`, BASE).href;
}

/** The logs of the pods of an application. */
export function logsLink({ id }) {
  return new URL(`-/logs/${id}`, BASE).href;
}

/** A link below the live UI of an application; undefined for a link to anywhere else. */
export function linkWithin(application, relative) {
  if (!relative) return undefined;
  const base = applicationLink(application);
  const link = new URL(relative, base).href;
  return link.startsWith(base) ? link : undefined;
}

/** The REST API of a driver for its application. */
export function apiLink(application, path) {
  const { id, attemptId } = application;
  const attempt = attemptId ? `/${attemptId}` : "";
  return linkWithin(application, `api/v1/applications/${id}${attempt}/${path}`);
}

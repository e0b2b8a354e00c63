// The entry of the page with the logs of an application.
import { Viewer } from "./logview.js";

new Viewer(document.getElementById("live-history-logs")).start();

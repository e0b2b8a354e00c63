// The entry of the log viewer. All modules are named here, as in running.js.
import "./address.js";
import "./ansi.js";
import "./dom.js";
import "./lines.js";
import { Viewer } from "./logview.js";
import "./search.js";
import "./stream.js";

new Viewer(document.getElementById("live-history-logs")).start();

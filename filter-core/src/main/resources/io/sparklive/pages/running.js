// The entry of the pages with running applications. All modules are named here, so that the browser
// requests them at once, and not one level of imports after the other.
import "./address.js";
import "./bar.js";
import "./details.js";
import "./dom.js";
import "./ended.js";
import { Poller } from "./fetching.js";
import "./links.js";
import "./model.js";
import "./requests.js";
import "./row.js";
import "./table.js";
import "./totals.js";
import { View } from "./view.js";
import "./wall.js";
import "./words.js";

const section = document.getElementById("live-history");
new Poller(section, new View(section)).start();

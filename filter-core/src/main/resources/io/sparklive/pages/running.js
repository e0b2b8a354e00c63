// The entry of the pages with running applications.
import { Poller } from "./fetching.js";
import { View } from "./view.js";

const section = document.getElementById("live-history");
new Poller(section, new View(section)).start();

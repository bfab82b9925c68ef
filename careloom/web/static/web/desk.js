// The desk's own JavaScript: keys, the chosen line, signing out when nobody is there. Reading needs none of it.
import { watchKeys } from "./keys.js";
import { watchLines } from "./lines.js";
import { watchIdle } from "./away.js";

watchLines();
watchKeys();
watchIdle();

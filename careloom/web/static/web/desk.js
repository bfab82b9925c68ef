// The desk's own JavaScript: keys, the chosen line, the timer, what can't be reached, signing out when nobody is there.
// Reading needs none of it.
import { watchKeys } from "./keys.js";
import { watchLines } from "./lines.js";
import { watchIdle } from "./away.js";
import { watchCall } from "./call.js";
import { watchDoor } from "./door.js";
import { showNewest } from "./newest.js";
import "./passkey.js";
import { watchParts } from "./parts.js";
import { watchPatient } from "./patient.js";
import { watchReach } from "./reach.js";
import { watchSession } from "./session.js";
import { watchTime } from "./timer.js";
import { watchTyping } from "./keep.js";
import { watchFilter } from "./write.js";

watchLines();
watchKeys();
watchIdle();
watchDoor();
watchPatient();
watchSession();
watchReach();
watchTime();
watchTyping();
watchFilter();
showNewest();
watchCall();
watchParts();

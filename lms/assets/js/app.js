// The frame's few helpers. Every page works without them.
import "./frame/busy.js";
import "./frame/dialogs.js";
import "./frame/files.js";
import "./frame/menus.js";
import "./frame/search.js";
import "./frame/toasts.js";
import "./frame/submit.js";
import "./frame/copy.js";

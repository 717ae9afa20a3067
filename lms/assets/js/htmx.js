// htmx for pages that swap fragments. Settings stand in the page's <meta name="htmx-config">: no styles of its own,
// no extensions, nothing evaluated (the content policy forbids it as well).
import "htmx.org/dist/htmx.esm.js";

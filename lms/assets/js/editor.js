// The outline builder and the lesson editor. The pages are whole without it; this saves by itself, drags and opens
// the library beside the lesson.
import { startBlocks } from "./editor/blocks.js";
import { startDrawer } from "./editor/drawer.js";
import { startOutline } from "./editor/outline.js";
import { startPublish } from "./editor/publish.js";
import { startSaving } from "./editor/saving.js";

document.documentElement.classList.add("has-script");
const page = document.querySelector("[data-editor]");
if (page) {
  for (const part of page.querySelectorAll(".only-script")) part.hidden = false;
  startSaving(page);
  startBlocks(page);
  startDrawer(page);
  startPublish(page);
}
const outline = document.querySelector("[data-outline]");
if (outline) startOutline(outline);

// The tus client, loaded when the first large file is chosen.
export { Upload } from "tus-js-client";

/** How people call the command line: by npm's script in the project, by its name where it is installed as a compiled package. */
export const called = import.meta.filename.endsWith(".ts") ? "npm start --" : "npx clipwork";

/** Whether this is the project, and not a compiled package that is installed. */
const isProject = import.meta.filename.endsWith(".ts");

/** How people call the command line: by npm's script in the project, by its name where it is installed. */
export const called = isProject ? "npm start --" : "npx clipwork";

/** The folder of the shipped workflows, from the folder where the command line is called so; undefined where they lie elsewhere. */
export const shippedWorkflows = isProject ? "workflows" : undefined;

import { registerHooks } from "node:module";

let linked = false;

/**
 * From now on a node pack's imports of our packages resolve to the running copies: if it had its own copy, its errors and kinds would not be
 * recognised as ours. For a pack, the engine includes all of our kinds.
 */
export function linkOwnPackages(): void {
  if (linked) return;
  linked = true;
  const own = /^@clipwork\/(engine|models|nodes)(\/|$)/;
  const ours = [new URL("..", import.meta.url).href, new URL(".", import.meta.resolve("@clipwork/nodes")).href];
  const isOurs = (parent = "") => ours.some((folder) => parent.startsWith(folder));
  registerHooks({
    resolve: (specifier, context, next) => {
      if (!own.test(specifier) || isOurs(context.parentURL)) return next(specifier, context);
      const door = specifier === "@clipwork/engine" ? "@clipwork/nodes/for-packs" : specifier;
      return next(door, { ...context, parentURL: import.meta.url });
    },
  });
}

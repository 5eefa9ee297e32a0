import { type Command, groups } from "../keys/command.ts";
import { gestures } from "../keys/gestures.ts";
import { useCommands } from "../keys/use-commands.ts";

/** All shortcuts, from the same list that the keyboard listens to, and what the mouse does. */
export function Shortcuts() {
  const commands = useCommands();
  return (
    <div className="shortcuts">
      {groups.map((group) => (
        <section key={group}>
          <h3>{group}</h3>
          <dl>
            {commands.filter((command) => command.group === group).map(row)}
            {gestures
              .filter((gesture) => gesture.group === group)
              .map(({ what, how }) => (
                <Row key={what} what={what} keys={how.split("+")} />
              ))}
          </dl>
        </section>
      ))}
      <section>
        <h3>Mouse</h3>
        <dl>
          {gestures
            .filter(({ group }) => group === "Mouse")
            .map(({ what, how }) => (
              <div key={what}>
                <dt>{what}</dt>
                <dd>{how}</dd>
              </div>
            ))}
        </dl>
      </section>
    </div>
  );
}

function row({ label, keys, shown = keys[0] ?? "" }: Command) {
  return <Row key={label} what={label} keys={shown === "+" ? ["+"] : shown.split("+")} />;
}

function Row({ what, keys }: { readonly what: string; readonly keys: readonly string[] }) {
  return (
    <div>
      <dt>{what}</dt>
      <dd>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dd>
    </div>
  );
}

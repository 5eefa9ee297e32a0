import { commands, groups } from "../state/commands.ts";

/** All shortcuts, from the one list that the keyboard listens to, and what the mouse does. */
export function Shortcuts() {
  return (
    <div className="shortcuts">
      {groups.map((group) => (
        <section key={group}>
          <h3>{group}</h3>
          <dl>
            {commands
              .filter((command) => command.group === group)
              .map(({ label, keys }) => (
                <div key={label}>
                  <dt>{label}</dt>
                  <dd>
                    {(keys[0] === "+" ? ["+"] : keys[0]!.split("+")).map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
      <section>
        <h3>Mouse</h3>
        <dl>
          {mouse.map(([what, how]) => (
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

const mouse = [
  ["Pan", "drag the canvas"],
  ["Zoom", "wheel"],
  ["Choose several", "Shift and drag a box"],
  ["Add a node", "double-click the canvas"],
  ["Link", "drag from socket to socket, or onto a node"],
  ["Search what fits", "drop a link on the canvas"],
  ["Put in a reroute", "double-click a link"],
  ["Take a link off", "drag it from its input"],
  ["Open a workflow", "drop a JSON or a PNG anywhere"],
] as const;

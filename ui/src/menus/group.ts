import { groupsOf } from "../document/groups.ts";
import { clipboardEntries } from "./clipboard.ts";
import { dataOf, type MenuKind } from "./menu-kind.ts";
import { modes, refusedRun } from "./node.ts";

/** A group: its nodes are selected, and what is done is done to all of them. */
export const groupMenu: MenuKind = {
  id: "group",
  on: { selector: ".group-frame", about: (element) => dataOf(element, "frame") },
  opening: (id, { looks }) => looks.selectGroup(id),
  label: (id, { workflow }) => groupsOf(workflow.present()).get(id)?.title || "Group",
  entries(id, tools) {
    const { command, editor } = tools;
    const group = groupsOf(editor.workflow.present()).get(id);
    return [
      [
        {
          ...command("Run to the selected node"),
          label: "Run the group",
          refused: refusedRun(group?.members ?? [], editor),
        },
      ],
      [command("Rename"), { ...command("Collapse"), checked: group?.collapsed === true }, command("Ungroup")],
      [...clipboardEntries(tools), command("Duplicate")],
      modes(tools),
      [{ ...command("Remove"), label: "Remove with its nodes" }],
    ];
  },
};

import { Table } from "lucide-react";
import { cellText } from "./cell-text.ts";
import { defineView } from "./view-kind.ts";
import { WholeTable } from "./whole-table.tsx";

/** A table by its first rows; closely all of it, to be sorted and copied. */
export const table = defineView({
  kind: "table",
  Icon: Table,
  large: true,
  Show: ({ view: { columns, rows, head }, alt }) => (
    <div className="table-head">
      <table aria-label={`${alt}: ${rows} rows`}>
        <thead>
          <tr>
            {columns.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {head.map((cells, row) => (
            <tr key={row.toString()}>
              {columns.map(({ name, type }, i) => (
                <td key={name} data-type={type}>
                  {cellText(cells[i] ?? null)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows > head.length && <p>{rows - head.length} more rows</p>}
    </div>
  ),
  Closely: WholeTable,
});
